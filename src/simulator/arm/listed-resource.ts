import { isJsonObject, type JsonObject } from '../../shared/json.ts';

/** A top-level resource as the list of its group tells it. */
export interface ListedResource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location: string;
  readonly tags?: JsonObject;
  readonly kind?: string;
  readonly sku?: JsonObject;
  readonly identity?: JsonObject;
}

export function listedResource({
  id,
  name,
  type,
  body,
}: Pick<ListedResource, 'id' | 'name' | 'type'> & { readonly body: JsonObject }): ListedResource {
  const { location, tags, kind, sku, identity } = body;
  return {
    id,
    name: nestedName(id, name),
    type,
    location: String(location ?? 'global'),
    ...(isJsonObject(tags) && { tags }),
    ...(typeof kind === 'string' && { kind }),
    ...(isJsonObject(sku) && { sku }),
    ...(isJsonObject(identity) && { identity }),
  };
}

/** Of what is below another resource, the names of both: https://learn.microsoft.com/azure/azure-resource-manager/templates/child-resource-name-type */
function nestedName(id: string, name: string): string {
  const [, ...segments] =
    id
      .split(/\/providers\//i)
      .at(-1)
      ?.split('/') ?? [];
  return segments.length > 2 ? segments.filter((_, index) => index % 2 === 1).join('/') : name;
}
