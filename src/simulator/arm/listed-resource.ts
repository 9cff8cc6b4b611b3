import { isJsonObject, type JsonObject } from '../../shared/json.ts';

/** A top-level resource as the list of its group tells it. */
export interface ListedResource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location: string;
  readonly tags?: JsonObject;
}

export function listedResource({
  id,
  name,
  type,
  body,
}: Pick<ListedResource, 'id' | 'name' | 'type'> & { readonly body: JsonObject }): ListedResource {
  const { location, tags } = body;
  return { id, name, type, location: String(location ?? 'global'), ...(isJsonObject(tags) && { tags }) };
}
