import { mayRefer } from '../references/reference-text.ts';
import type { SecretSetting } from './model.ts';

/** Names of the vault's secrets that have a meaning of their own. */
export const SecretName = {
  gemini: 'GEMINI-API-KEY',
  jwt: 'JWT-SECRET',
  rabbitmqPassword: 'RABBITMQ-PASSWORD',
  postgresPassword: 'POSTGRES-PASSWORD',
  mongodbUrl: 'MONGODB-URL',
  registryPassword: 'DOCKER-REGISTRY-PASSWORD',
  storageKey: 'STORAGE-ACCOUNT-KEY',
} as const;

/** `gemini_api_key` → `GEMINI-API-KEY`. */
export function vaultName(key: string): string {
  return key.toUpperCase().replaceAll('_', '-');
}

/** How a value under `secrets`, or another secret key, is meant; undefined when it is empty. */
export function secretSetting(value: string | null | undefined, path: string): SecretSetting | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  const [, source, name = ''] = /^(env|keyvault):(.*)$/s.exec(value) ?? [];
  if (source === 'env') return { source: 'environment', variable: name.trim() };
  if (source === 'keyvault') return { source: 'vault', name: name.trim() };
  return mayRefer(value) ? { source: 'reference', text: value } : { source: 'literal', path };
}
