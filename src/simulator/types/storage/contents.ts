import { isJsonObject } from '../../../shared/json.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { accountAbove, type StorageService, servicesOf } from '../../storage/account.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { notProvisioned } from './account.ts';

/**
 * Until the name of what was deleted can be had again: at least half a minute
 * (https://learn.microsoft.com/rest/api/storageservices/delete-container#remarks, …/delete-share, …/delete-queue2).
 */
const DELETION_SECONDS = 30;

/**
 * What keeps something from being made in an account: the account is not ready, has no such service (code:
 * https://github.com/Azure/azure-cli/issues/32510), or one of that name is still being deleted.
 *
 * @param code of the last; its words: https://github.com/Azure/azure-rest-api-specs/issues/30456 (containers) and
 * https://github.com/kubernetes-sigs/azurefile-csi-driver/issues/119 (shares)
 */
export function contentProblem(
  world: World,
  id: string,
  service: StorageService,
  what: string,
  code: string,
): Refusal | undefined {
  const account = accountAbove(world, id);
  if (!account) return undefined;
  const early = notProvisioned(account, world);
  if (early) return early;
  if (!servicesOf(account.body).includes(service)) {
    const feature = `${service.charAt(0).toUpperCase()}${service.slice(1)}`;
    return refuse(400, 'FeatureNotSupportedForAccount', `${feature} is not supported for the account.`);
  }
  const { goingUntil } = account.extra;
  const until = isJsonObject(goingUntil) ? goingUntil[id.toLowerCase()] : undefined;
  return typeof until === 'string' && Date.parse(until) > world.now()
    ? refuse(409, code, `The specified ${what} is being deleted. Try operation later.`)
    : undefined;
}

/** Remembers that it is being deleted. */
export function beginGoing({ id }: StoredResource, world: World): void {
  const account = accountAbove(world, id);
  if (!account) return;
  const { goingUntil } = account.extra;
  const until = new Date(world.now() + world.duration(DELETION_SECONDS)).toISOString();
  account.extra.goingUntil = { ...(isJsonObject(goingUntil) ? goingUntil : {}), [id.toLowerCase()]: until };
}
