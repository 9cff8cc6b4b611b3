import { type JsonObject, jsonAt } from '../../../shared/json.ts';
import { refuse } from '../../refusal.ts';
import type { DeletedResource } from '../../store.ts';
import { deletedVault, isOfSubscription } from '../../types/key-vault.ts';
import type { World } from '../../world.ts';
import { type ArmReply, type ArmRequest, ok, refused } from '../message.ts';
import { purgeDate } from './retention.ts';

/**
 * Soft-deleted vaults: all of a subscription, one of them, and its end for good
 * (https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/list-deleted). Managed HSMs, which are not simulated, are
 * looked for by the same clients: there are none.
 *
 * @param rest of the path, from the subscription on
 */
export function answerDeletedVaults(world: World, { method }: ArmRequest, rest: string): ArmReply | undefined {
  if (method === 'GET' && /^\/providers\/Microsoft\.KeyVault\/deletedVaults$/i.test(rest)) {
    const ours = Object.values(world.state.deletedVaults).filter((one) => isOfSubscription(world, one));
    return ok({ value: ours.map((one) => view(world, one)) });
  }
  const isHsms = /^(?:\/resourceGroups\/[^/]+)?\/providers\/Microsoft\.KeyVault\/(?:managedHSMs|deletedManagedHSMs)$/i;
  if (method === 'GET' && isHsms.test(rest)) return ok({ value: [] });
  const [, location = '', name = '', purge] =
    /^\/providers\/Microsoft\.KeyVault\/locations\/([^/]+)\/deletedVaults\/([^/]+?)(\/purge)?$/i.exec(rest) ?? [];
  if (name === '' || method !== (purge ? 'POST' : 'GET')) return undefined;
  const deleted = deletedVault(world, name);
  if (
    !deleted ||
    !isOfSubscription(world, deleted) ||
    plain(String(deleted.resource.body.location)) !== plain(location)
  ) {
    return refused(refuse(404, 'DeletedVaultNotFound', `The specified deleted vault '${name}' does not exist.`));
  }
  return purge ? purged(world, deleted) : ok(view(world, deleted));
}

/** The words: https://github.com/microsoft/AzureTRE/issues/1446 */
function purged(world: World, { resource }: DeletedResource): ArmReply {
  if (jsonAt(resource.body, 'properties.enablePurgeProtection') === true) {
    return refused(refuse(405, 'MethodNotAllowed', "Operation 'DeletedVaultPurge' is not allowed."));
  }
  delete world.state.deletedVaults[resource.name.toLowerCase()];
  delete world.state.secrets[resource.id.toLowerCase()];
  return { status: 200 };
}

function view({ state }: World, deleted: DeletedResource): JsonObject {
  const { resource, deletedAt } = deleted;
  const location = plain(String(resource.body.location));
  return {
    id: `/subscriptions/${state.subscriptionId}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/${resource.name}`,
    name: resource.name,
    type: 'Microsoft.KeyVault/deletedVaults',
    properties: {
      vaultId: resource.id,
      location,
      tags: resource.body.tags ?? {},
      deletionDate: deletedAt,
      scheduledPurgeDate: purgeDate(deleted),
      ...(jsonAt(resource.body, 'properties.enablePurgeProtection') === true && { purgeProtectionEnabled: true }),
    },
  };
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(' ', '');
}
