import { AzureError } from '../azure/errors.ts';
import { recordedFamily } from '../domain/outputs.ts';
import { settleAll } from '../engine/settle.ts';
import type { StepContext } from '../engine/step.ts';

/**
 * Lines that an application wrote, fit to be shown. Applications print their settings, so the masker must know every
 * secret they were given; a process that did not store them itself has not seen them. When the vault cannot be read, no line
 * is shown.
 */
export async function applicationLog(
  context: Pick<StepContext, 'azure' | 'outputs' | 'state'>,
  read: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  try {
    await learnSecrets(context);
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    return [`(the log is not shown: it may hold secrets, and the vault cannot be read: ${error.message})`];
  }
  return await read();
}

/** Reads every stored secret once; the vault's client tells the masker of each value that passes. */
async function learnSecrets({
  azure,
  outputs,
  state,
}: Pick<StepContext, 'azure' | 'outputs' | 'state'>): Promise<void> {
  const names = Object.keys(recordedFamily(state, 'secret'));
  if (names.length === 0) return;
  const vault = azure.vault(outputs.read('vaultUri'));
  await settleAll(names.map((name) => vault.get(name)));
}
