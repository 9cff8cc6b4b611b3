import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { isEqual } from '../expressions/functions/logic.ts';
import { memberOf } from '../expressions/scope.ts';

/** A change of a property, as the operation answers it: https://learn.microsoft.com/rest/api/resources/deployments/what-if#whatifpropertychange */
type PropertyChange = JsonObject & { readonly path: string; readonly propertyChangeType: string };

/**
 * What a template changes of a resource, member by member. As on Azure it is noisy: what the provider has filled in itself is told as
 * deleted, because the template has not named it
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if#see-results), and expressions that are not
 * evaluated as changed (https://github.com/Azure/arm-template-whatif/issues/83).
 *
 * @param before without what is read-only
 * @param isReadOnly whether a member, by its dotted path, has no effect in a template
 */
export function deltaOf(
  before: JsonObject,
  after: JsonObject,
  isReadOnly: (path: string) => boolean,
): PropertyChange[] {
  return members(before, after, '', isReadOnly);
}

function members(
  before: JsonObject,
  after: JsonObject,
  at: string,
  isReadOnly: (path: string) => boolean,
): PropertyChange[] {
  const names = [...Object.keys(before), ...Object.keys(after).filter((name) => memberOf(before, name) === undefined)];
  return names.flatMap((name) => {
    const path = at === '' ? name : `${at}.${name}`;
    return member(memberOf(before, name), memberOf(after, name), path, isReadOnly);
  });
}

function member(
  before: Json | undefined,
  after: Json | undefined,
  path: string,
  isReadOnly: (path: string) => boolean,
): PropertyChange[] {
  if (after !== undefined && isReadOnly(path)) return [change(path, 'NoEffect', null, after)];
  // A null in a template is as nothing at all.
  if ((after ?? null) === null) return (before ?? null) === null ? [] : [change(path, 'Delete', before, null)];
  if ((before ?? null) === null) return [change(path, 'Create', null, after)];
  if (isJsonObject(before) && isJsonObject(after)) return members(before, after, path, isReadOnly);
  if (Array.isArray(before) && Array.isArray(after)) return list(before, after, path, isReadOnly);
  return isSame(path, before ?? null, after ?? null) ? [] : [change(path, 'Modify', before, after)];
}

function list(
  before: readonly Json[],
  after: readonly Json[],
  path: string,
  isReadOnly: (path: string) => boolean,
): PropertyChange[] {
  const children = Array.from({ length: Math.max(before.length, after.length) }, (_, index) =>
    item(before[index], after[index], String(index), (below) => isReadOnly(below.replace(/^\d+/, path))),
  ).flat();
  return children.length === 0 ? [] : [{ ...change(path, 'Array', null, null), children }];
}

/** Of values one goes and another comes; of objects their members change. */
function item(
  before: Json | undefined,
  after: Json | undefined,
  path: string,
  isReadOnly: (path: string) => boolean,
): PropertyChange[] {
  if (isJsonObject(before) && isJsonObject(after)) {
    const children = members(before, after, '', (below) => isReadOnly(`${path}.${below}`));
    return children.length === 0 ? [] : [{ ...change(path, 'Modify', null, null), children }];
  }
  if (before !== undefined && after !== undefined && isEqual(before, after)) return [];
  return [
    ...(before === undefined ? [] : [change(path, 'Delete', before, null)]),
    ...(after === undefined ? [] : [change(path, 'Create', null, after)]),
  ];
}

function change(
  path: string,
  propertyChangeType: string,
  before: Json | undefined,
  after: Json | undefined,
): PropertyChange {
  return { path, propertyChangeType, before: before ?? null, after: after ?? null, children: null };
}

/** Regions have two names. */
function isSame(path: string, before: Json, after: Json): boolean {
  if (path !== 'location') return isEqual(before, after);
  const plain = (region: Json): string => String(region).toLowerCase().replaceAll(' ', '');
  return plain(before) === plain(after);
}
