import { jsonAt } from '../../shared/json.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { World } from '../world.ts';

const LOCK_TYPE = 'Microsoft.Authorization/locks';

/**
 * Why a lock forbids this request about a resource. A lock holds for its scope and all below it; a deletion is also
 * stopped by locks on what would be deleted with the resource. Locks themselves can always be changed
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources; the words:
 * https://github.com/Azure/apiops/issues/606).
 */
export function lockProblem(world: World, method: string, type: string, id: string): Refusal | undefined {
  if (method === 'GET' || method === 'HEAD' || type === LOCK_TYPE) return undefined;
  const isDeletion = method === 'DELETE';
  const here = `${id.toLowerCase()}/`;
  const locked = world.resourcesOfType(LOCK_TYPE).flatMap((lock) => {
    const scope = lock.id.slice(0, lock.id.toLowerCase().lastIndexOf('/providers/microsoft.authorization/'));
    const there = `${scope.toLowerCase()}/`;
    const isInReach = here.startsWith(there) || (isDeletion && there.startsWith(here));
    return isInReach && (isDeletion || jsonAt(lock.body, 'properties.level') === 'ReadOnly') ? [scope] : [];
  });
  if (locked.length === 0) return undefined;
  const scopes = [...new Set(locked)].join(',');
  return refuse(
    409,
    'ScopeLocked',
    `The scope '${id}' cannot perform ${isDeletion ? 'delete' : 'write'} operation because following scope(s) are locked: '${scopes}'. Please remove the lock and try again.`,
  );
}
