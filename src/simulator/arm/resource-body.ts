import { isJsonObject, type JsonObject } from '../../shared/json.ts';

/** What nearly every body of Resource Manager has. */
export function propertiesOf({ properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {};
}

/** The name of its sku; empty where it has none. */
export function skuOf({ sku }: JsonObject): string {
  return isJsonObject(sku) ? String(sku.name) : '';
}
