import { isJsonObject, type Json, type JsonObject, scalarText } from '../../shared/json.ts';

/**
 * What Azure says a deployment would do with one resource:
 * https://learn.microsoft.com/rest/api/resources/deployments/what-if#changetype
 */
type WhatIfKind = 'create' | 'modify' | 'same' | 'deploy' | 'unsupported';

export interface WhatIfChange {
  readonly id: string;
  readonly kind: WhatIfKind;
  /** Of what cannot be told, in Azure's words. */
  readonly why?: string;
  /** As it is. */
  readonly before?: JsonObject;
  /** As it will be. */
  readonly after?: JsonObject;
  readonly fields: readonly WhatIfField[];
}

export interface WhatIfField {
  /** Dotted; numbers count members of arrays. */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

const KINDS: Readonly<Record<string, WhatIfKind>> = {
  create: 'create',
  modify: 'modify',
  nochange: 'same',
  noeffect: 'same',
  deploy: 'deploy',
  unsupported: 'unsupported',
};

/** The changes of an answer. What the template does not name (`Ignore`) is none of them, and a deployment in it is what it deploys. */
export function whatIfChanges(answer: Json): readonly WhatIfChange[] {
  const properties = isJsonObject(answer) && isJsonObject(answer.properties) ? answer.properties : {};
  const changes = Array.isArray(properties.changes) ? properties.changes.filter(isJsonObject) : [];
  return changes.flatMap((change) => {
    const kind = KINDS[scalarText(change.changeType).toLowerCase()];
    const id = scalarText(change.resourceId);
    if (kind === undefined || /\/providers\/Microsoft\.Resources\/deployments\/[^/]+$/i.test(id)) return [];
    const { before, after, unsupportedReason: why } = change;
    return [
      {
        id,
        kind,
        ...(typeof why === 'string' && { why }),
        ...(isJsonObject(before) && { before }),
        ...(isJsonObject(after) && { after }),
        fields: fieldsOf(change.delta, ''),
      },
    ];
  });
}

/** https://learn.microsoft.com/rest/api/resources/deployments/what-if#whatifpropertychange: `NoEffect` is what Azure sets by itself. */
function fieldsOf(delta: Json | undefined, parent: string): readonly WhatIfField[] {
  const all = Array.isArray(delta) ? delta.filter(isJsonObject) : [];
  return all.flatMap((one) => {
    const path = parent === '' ? scalarText(one.path) : `${parent}.${scalarText(one.path)}`;
    if (scalarText(one.propertyChangeType).toLowerCase() === 'noeffect') return [];
    const within = fieldsOf(one.children, path);
    return within.length > 0 ? within : [{ path, before: one.before ?? undefined, after: one.after ?? undefined }];
  });
}

/** What Azure computes, and no template changes. */
const COMPUTED =
  /^(?:id|name|type|etag|apiVersion|systemData(?:\..*)?|properties\.(?:provisioningState|etag|creationDate|createdAt|updatedAt))$/;

/**
 * The fields of a change without what is known for noise (https://aka.ms/whatifissues): what Azure computes, what is the same in another
 * case or order of letters, and what Azure has set by itself and the template never named.
 *
 * @param said paths that the template sets, or set when it was last deployed
 */
export function withoutNoise(fields: readonly WhatIfField[], said: readonly string[]): readonly WhatIfField[] {
  return fields.filter(({ path, before, after }) => {
    if (COMPUTED.test(path)) return false;
    if (scalarText(before).toLowerCase() === scalarText(after).toLowerCase() && scalarText(before) !== '') return false;
    return after !== undefined || said.some((one) => isWithin(path, one));
  });
}

/** Whether one of two paths is the other, or stands in it. */
export function isWithin(path: string, said: string): boolean {
  const [one, other] = [path.toLowerCase(), said.toLowerCase()];
  return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
}
