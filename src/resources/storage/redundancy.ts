import { type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';

/** As meters call it (`LRS`, `RA-GRS`) what the size of an account says (`Standard_LRS`, `Standard_RAGRS`). */
export function redundancyOf(account: JsonObject): string {
  const [, copies = 'LRS'] = scalarText(jsonAt(account, 'sku.name')).split('_');
  return copies.toUpperCase().replace(/^RA(?=G)/, 'RA-');
}
