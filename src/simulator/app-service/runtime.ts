import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import type { StoredResource } from '../store.ts';

/** Language and version of an app. */
export function runtimeOf({ body }: StoredResource): JsonObject {
  const runtime = jsonAt(body, 'properties.functionAppConfig.runtime');
  return isJsonObject(runtime) ? runtime : {};
}
