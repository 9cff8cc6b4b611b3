import { regionName } from '../domain/compare.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { subscriptionId } from '../domain/ids.ts';
import { isOurs } from '../domain/tags.ts';
import { followOperation, startOperation } from '../engine/operation.ts';
import type { StepContext } from '../engine/step.ts';
import { isWaiting, type Waiting } from '../engine/waiting.ts';
import { KEY_VAULT_API_VERSION } from '../resources/key-vault.ts';
import { UserError } from '../shared/errors.ts';
import { type JsonObject, jsonAt } from '../shared/json.ts';

/** Recovery takes minutes, and its tags, roles and other properties come after it. */
const TIMEOUT_IN_SECONDS = 600;

/** What became of a soft-deleted vault of our vault's name. */
export type DeletedVault = 'none' | 'recoverable' | 'foreign';

/**
 * Looks for a soft-deleted vault of that name in its region. Azure recovers it only in its own group and region.
 */
export async function findDeletedVault(
  context: Pick<StepContext, 'azure' | 'environment' | 'options'>,
  vault: { readonly id: string; readonly name: string; readonly location: string; readonly subscription: string },
): Promise<DeletedVault> {
  const region = regionName(vault.location);
  const path = `${vault.subscription}/providers/Microsoft.KeyVault/locations/${region}/deletedVaults/${vault.name}`;
  const deleted = await context.azure.arm.get(path, KEY_VAULT_API_VERSION);
  if (!deleted) return 'none';
  const id = jsonAt(deleted, 'properties.vaultId');
  const isSame = typeof id === 'string' && id.toLowerCase() === vault.id.toLowerCase();
  const isOwn = context.options.adopt || isOurs(jsonAt(deleted, 'properties.tags'), context.environment);
  return isSame && isOwn ? 'recoverable' : 'foreign';
}

/**
 * Brings our own soft-deleted vault back, with the secrets in it; nothing to do when there is none.
 *
 * @returns undefined when the vault can now be created or updated as usual
 * @throws UserError `vault_soft_deleted` when the deleted one is not ours to recover
 */
export async function recoverVault(context: StepContext, desired: DesiredResource): Promise<Waiting | undefined> {
  const key = {
    key: `recover:${desired.key}`,
    title: `the recovery of ${desired.title}`,
    timeoutInSeconds: TIMEOUT_IN_SECONDS,
  };
  const followed = await followOperation(context, key);
  if (followed) return isWaiting(followed) ? followed : undefined;
  if (await context.azure.arm.get(desired.id, desired.apiVersion)) return undefined;
  const { name } = context.config.keyVault;
  const found = await findDeletedVault(context, {
    id: desired.id,
    name,
    location: context.config.locations.keyVault,
    subscription: subscriptionId(context),
  });
  if (found === 'none') return undefined;
  if (found === 'foreign') throw foreignVault(name);
  context.progress(`recovering ${desired.title}, which was deleted`);
  const started = await startOperation(context, key, () =>
    context.azure.arm.put(desired.id, desired.apiVersion, recovery(desired.body)),
  );
  return isWaiting(started) ? started : undefined;
}

/** Azure looks at nothing but these in a PUT that recovers. */
function recovery({ location, tags, properties }: JsonObject): JsonObject {
  const own = { properties } as JsonObject;
  return {
    location: location ?? null,
    tags: tags ?? {},
    properties: {
      tenantId: jsonAt(own, 'properties.tenantId') ?? null,
      sku: jsonAt(own, 'properties.sku') ?? null,
      createMode: 'recover',
    },
  };
}

function foreignVault(name: string): UserError {
  return new UserError(
    `A deleted key vault holds the name ${name}, and it is not this environment's in this group and region.`,
    {
      code: 'vault_soft_deleted',
      hint: 'Choose another key_vault.name, or recover that vault in its own resource group.',
    },
  );
}
