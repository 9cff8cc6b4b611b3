import { createHmac } from 'node:crypto';
import { AzureError } from '../azure/errors.ts';
import type { Vault } from '../azure/ports.ts';
import type { DeploymentConfig, SecretSetting } from '../domain/config/model.ts';
import { HMAC_KEY_NAME } from '../domain/config/secrets.ts';
import { settleAll } from '../engine/settle.ts';
import type { SecretSource } from '../engine/step.ts';

/**
 * HMAC-SHA256 of every secret that is given from outside, by vault name: literals, environment variables, and secrets
 * that somebody else keeps in the vault, so that a rotation there is seen. Generated ones are ours and do not change.
 *
 * @param more values that Azure keeps, by vault name, e.g. the key of a storage account
 * @returns undefined when there is no vault or no key yet, or when this principal may not read it yet
 */
export async function secretHmacs(
  vault: Vault,
  config: Pick<DeploymentConfig, 'secrets'>,
  secrets: SecretSource,
  more: () => Promise<Readonly<Record<string, string>>> = async () => ({}),
): Promise<Readonly<Record<string, string>> | undefined> {
  const key = await readable(() => vault.get(HMAC_KEY_NAME));
  if (!key) return undefined;
  const given = { ...(await givenSecrets(vault, config, secrets)), ...(await more()) };
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, hmac(key.value, name, value)]));
}

/** The values of the secrets that are given from outside, by vault name; in memory only. */
export async function givenSecrets(
  vault: Vault,
  config: Pick<DeploymentConfig, 'secrets'>,
  secrets: SecretSource,
): Promise<Readonly<Record<string, string>>> {
  const values = await settleAll(
    Object.entries(config.secrets).map(async ([name, setting]) => {
      const value = await givenValue(vault, setting, secrets);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  return Object.fromEntries(values.flat());
}

async function givenValue(vault: Vault, setting: SecretSetting, secrets: SecretSource): Promise<string | undefined> {
  switch (setting.source) {
    case 'generated':
    case 'reference':
      return undefined;
    case 'literal':
      return secrets.literal(setting.path);
    case 'environment':
      return secrets.environment(setting.variable);
    case 'vault':
      return (await readable(() => vault.get(setting.name)))?.value;
  }
}

/**
 * A vault that does not exist any more has no address, and a new principal no role: both are mended by the run. One that is out of
 * reach for a moment is neither: secrets would be taken for changed.
 */
export async function readable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    const isAbsent = error.code === 'HostNotFound' || error.statusCode === 403 || error.statusCode === 404;
    if (isAbsent) return undefined;
    throw error;
  }
}

function hmac(key: string, name: string, value: string): string {
  return createHmac('sha256', key).update(`${name}\0${value}`).digest('hex');
}
