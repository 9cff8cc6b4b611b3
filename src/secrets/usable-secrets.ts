import { AzureError } from '../azure/errors.ts';
import { stepLeaving } from '../domain/outputs.ts';
import type { StepContext } from '../engine/step.ts';
import { tellOnce } from '../engine/tell-once.ts';
import { secretReferencesIn, vaultSecretOf } from '../resources/app/secrets.ts';
import { UserError } from '../shared/errors.ts';
import type { JsonObject } from '../shared/json.ts';
import { type SecretTrouble, secretTroubles, troubleText } from './secret-troubles.ts';

/**
 * Looks at the secrets of our vault that an app or a job is about to refer to: Azure would say of one that it cannot read that a
 * role is missing.
 *
 * @param title of the app or job, for people
 * @param bodies that hold the references
 * @throws UserError `secret_unusable`, naming every secret that Azure would refuse
 */
export async function requireUsableSecrets(
  context: StepContext,
  title: string,
  bodies: readonly JsonObject[],
): Promise<void> {
  const references = new Set(bodies.flatMap(secretReferencesIn).map(({ keyVaultUrl }) => keyVaultUrl));
  if (references.size === 0) return;
  const vaultUri = context.outputs.read('vaultUri');
  const secrets = [...references].flatMap((url) => vaultSecretOf(url, vaultUri) ?? []);
  const troubles = await troublesNow(context, () =>
    secretTroubles(context.azure.vault(vaultUri), secrets, context.clock.now()),
  );
  const fatal = troubles.filter(({ isFatal }) => isFatal);
  if (fatal.length > 0) {
    throw new UserError(`${title} was not written, since in the vault ${troubleText(fatal)}.`, {
      code: 'secret_unusable',
      hint: `Enable or set it in the vault; --force-step ${stepLeaving('secret')} recovers what was deleted. One that the configuration names no more must stay as long as a revision reads it.`,
    });
  }
  const doubtful = troubles.filter(({ isFatal }) => !isFatal);
  if (doubtful.length === 0) return;
  const message = `${title}: in the vault ${troubleText(doubtful)}`;
  await tellOnce(context, `secrets:${title}`, message, (text) => context.log('warning', text));
}

/** Whoever may not look into the vault may still deploy: Azure reads the secrets by the identity of the applications. */
async function troublesNow(
  context: StepContext,
  look: () => Promise<readonly SecretTrouble[]>,
): Promise<readonly SecretTrouble[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof AzureError) || error.statusCode !== 403) throw error;
    const message = `the secrets of the applications were not looked at: ${error.message} (${error.code})`;
    await tellOnce(context, 'secrets-unseen', message, (text) => context.log('warning', text));
    return [];
  }
}
