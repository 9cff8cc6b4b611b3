import { AzureError } from '../../azure/errors.ts';
import type { Arm } from '../../azure/ports.ts';
import { isBelow, nameOf } from '../../domain/ids.ts';
import type { PlannedResource } from '../../domain/plan-schema.ts';
import { jsonAt } from '../../shared/json.ts';

const LOCKS = { type: 'Microsoft.Authorization/locks', apiVersion: '2020-05-01' };

/** A management lock, which counts for its scope and all below it. */
export interface Lock {
  readonly name: string;
  /** Id of the subscription, group or resource. */
  readonly scope: string;
  /** Else only deletions are forbidden. */
  readonly isReadOnly: boolean;
}

export interface LocksSeen {
  readonly locks: readonly Lock[];
  /** One sentence where nobody may look. */
  readonly unseen: readonly string[];
}

export const NO_LOCKS: LocksSeen = { locks: [], unseen: [] };

/**
 * The locks at a group, above it and on what is in it
 * (https://learn.microsoft.com/rest/api/resources/management-locks/list-at-resource-group-level).
 */
export async function locksOf(arm: Pick<Arm, 'list'>, group: string): Promise<LocksSeen> {
  try {
    const found = await arm.list(`${group}/providers/${LOCKS.type}`, LOCKS.apiVersion);
    const locks = found.map(({ id, ...lock }): Lock => {
      const end = id.toLowerCase().lastIndexOf(`/providers/${LOCKS.type.toLowerCase()}/`);
      return { name: nameOf(id), scope: id.slice(0, end), isReadOnly: jsonAt(lock, 'properties.level') === 'ReadOnly' };
    });
    return { locks, unseen: [] };
  } catch (error) {
    if (!(error instanceof AzureError) || error.statusCode !== 403) throw error;
    return { locks: [], unseen: [`locks of ${nameOf(group)}: they may not be read`] };
  }
}

const WRITTEN: readonly PlannedResource['action'][] = ['create', 'update', 'adopt', 'replace', 'delete'];
const DELETED: readonly PlannedResource['action'][] = ['replace', 'delete'];

/** What a lock would refuse in the middle of the run is forbidden before it begins. */
export function withoutLocked(planned: PlannedResource, locks: readonly Lock[]): PlannedResource {
  const { action, id } = planned;
  // What may have nothing to write is not refused for it; an adoption always has its tags.
  if (!WRITTEN.includes(action) || (action === 'update' && planned.maybe)) return planned;
  const lock = locks.find(
    ({ scope, isReadOnly }) =>
      (isReadOnly || DELETED.includes(action)) && (scope.toLowerCase() === id.toLowerCase() || isBelow(id, scope)),
  );
  if (!lock) return planned;
  const { changes: _, kept: __, maybe: ___, ...line } = planned;
  const what = lock.isReadOnly ? 'changes' : 'deletions';
  const reason = `the lock ${lock.name} on ${nameOf(lock.scope)} forbids ${what}; remove it, or ask its owner, for the time of the deployment`;
  return { ...line, action: 'forbidden', reason };
}
