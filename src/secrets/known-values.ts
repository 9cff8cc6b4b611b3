import { AzureError } from '../azure/errors.ts';
import type { Vault, VaultSecret } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { settleAll } from '../engine/settle.ts';
import type { SecretSource } from '../engine/step.ts';
import type { SecretValue, SecretValues } from '../resources/app/plain-secrets.ts';
import { vaultSecretOf } from '../resources/app/secrets.ts';
import { composedSecrets, secretSettings } from './secret-settings.ts';
import { versionOf } from './vault-secrets.ts';

type Reader = Pick<Vault, 'get'>;

const NOTHING_KNOWN: SecretValue = { text: '', isWhole: false };

/**
 * The values that the applications read, in memory only. A secret that has another version by now is none of them.
 *
 * @param addresses versioned, by the secrets' names in the configuration
 */
export async function storedValues(
  vault: Reader,
  vaultUri: string,
  addresses: Readonly<Record<string, string>>,
): Promise<SecretValues> {
  return await valuesOf(Object.entries(addresses), async ([, address]) => {
    const { name, version } = vaultSecretOf(address, vaultUri) ?? {};
    const found = name === undefined ? undefined : await readable(() => vault.get(name));
    if (found === 'unreadable') return NOTHING_KNOWN;
    return found && versionOf(found) === version ? whole(found.value) : undefined;
  });
}

/**
 * The values that the applications will read after a run, as far as they can be told before it: those that are given, and
 * what the vault has. What is made in the run is not in it, since nothing can have it yet.
 *
 * @param vault undefined: there is none yet
 * @param isRenewed whether a secret that is made of others is made again
 */
export async function foreseenValues(
  config: DeploymentConfig,
  secrets: SecretSource,
  vault: Reader | undefined,
  isRenewed: (name: string) => boolean,
): Promise<SecretValues> {
  const stored = async (name: string): Promise<SecretValue | undefined> => {
    const found = vault && (await readable(() => vault.get(name)));
    return found === 'unreadable' ? NOTHING_KNOWN : found && whole(found.value);
  };
  const basic = await valuesOf(Object.entries(secretSettings(config)), async ([name, setting]) => {
    if (setting.source === 'literal') return given(secrets.literal(setting.path));
    if (setting.source === 'environment') return given(secrets.environment(setting.variable));
    return await stored(setting.source === 'vault' ? setting.name : name);
  });
  const composed = await valuesOf([...composedSecrets(config)], async ([name, text]) =>
    isRenewed(name) ? { text, isWhole: false } : await stored(name),
  );
  return new Map([...basic, ...composed]);
}

async function valuesOf<Entry extends readonly [string, unknown]>(
  entries: readonly Entry[],
  read: (entry: Entry) => Promise<SecretValue | undefined>,
): Promise<SecretValues> {
  const values = await settleAll(entries.map(async (entry) => [entry[0], await read(entry)] as const));
  return new Map(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

function whole(text: string): SecretValue | undefined {
  return text === '' ? undefined : { text, isWhole: true };
}

/** The process that deploys must be given it; the one that plans need not be. */
function given(text: string | undefined): SecretValue {
  return (text !== undefined && whole(text)) || NOTHING_KNOWN;
}

/** Without a role on the vault, from outside of its network, or of a disabled secret nothing is known. */
async function readable(read: () => Promise<VaultSecret | undefined>): Promise<VaultSecret | 'unreadable' | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AzureError) return 'unreadable';
    throw error;
  }
}
