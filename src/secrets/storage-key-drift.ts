import { SecretName } from '../domain/config/secrets.ts';
import { type Drift, driftOf } from '../domain/drift.ts';
import { recordedFamily, recordedOutput, stepLeaving } from '../domain/outputs.ts';
import { composedOf } from '../domain/sections/composed-secrets.ts';
import type { FactSources } from '../engine/step.ts';
import { vaultSecretOf } from '../resources/app/secrets.ts';
import { readable } from './secret-hmacs.ts';
import { currentStorageKey } from './storage-key.ts';
import { versionOf } from './vault-secrets.ts';

/**
 * Whether somebody made the key of the storage account anew, so that the one in the vault opens nothing any more. A version of the
 * secret that somebody else wrote is told as any other one.
 */
export async function driftOfStorageKey(
  sources: Pick<FactSources, 'azure' | 'config' | 'state'>,
): Promise<readonly Drift[]> {
  const { azure, config, state } = sources;
  const vaultUri = recordedOutput(state, 'vaultUri') ?? '';
  const id = recordedFamily(state, 'secret')[SecretName.storageKey] ?? '';
  const { name, version } = vaultSecretOf(id, vaultUri) ?? {};
  if (name === undefined || !composedOf(config).some(({ kind }) => kind === 'storageKey')) return [];
  const [current, stored] = [await currentStorageKey(sources), await readable(() => azure.vault(vaultUri).get(name))];
  if (current === undefined || !stored || versionOf(stored) !== version || stored.value === current) return [];
  const found = 'an older one: the key was made anew';
  const secret = { key: `secret:${SecretName.storageKey}`, id, step: stepLeaving('secret') };
  return [driftOf(secret, { path: 'value', expected: 'the key of the storage account', found }, true)];
}
