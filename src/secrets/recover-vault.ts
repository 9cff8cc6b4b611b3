import { nameOf, subscriptionId } from '../domain/ids.ts';
import { followOperation, startOperation } from '../engine/operation.ts';
import { findSoftDeleted } from '../engine/soft-deleted.ts';
import type { StepContext } from '../engine/step.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import type { KnownResource } from '../resources/kind.ts';
import { UserError } from '../shared/errors.ts';

/** Recovery takes minutes, and its tags, roles and other properties come after it. */
const TIMEOUT_IN_SECONDS = 600;

/**
 * Brings our own soft-deleted vault back, with the secrets in it; nothing to do when there is none.
 *
 * @returns undefined when the vault can now be created or updated as usual
 * @throws UserError `vault_soft_deleted` when the deleted one is not ours to recover
 */
export async function recoverVault(context: StepContext, desired: KnownResource): Promise<Waiting | undefined> {
  const key = {
    key: `recover:${desired.key}`,
    title: `the recovery of ${desired.title}`,
    timeoutInSeconds: TIMEOUT_IN_SECONDS,
  };
  const followed = await followOperation(context, key);
  if (followed) return isWaiting(followed) ? followed : undefined;
  if (await context.azure.arm.get(desired.id, desired.kind.apiVersion)) return undefined;
  const found = await findSoftDeleted(context, desired, subscriptionId(context));
  const { softDeleted } = desired.kind.deletion;
  if (!softDeleted || found === 'none') return undefined;
  if (found === 'foreign') throw foreignVault(nameOf(desired.id));
  context.progress(`recovering ${desired.title}, which was deleted`);
  const started = await startOperation(context, key, () =>
    context.azure.arm.put(desired.id, desired.kind.apiVersion, softDeleted.recovery(desired.body)),
  );
  return isWaiting(started) ? started : undefined;
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
