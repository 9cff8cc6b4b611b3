import { mayRefer } from '../references/reference-text.ts';
import { isOutput } from '../terraform/output-reference.ts';
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

/** Made up where there is a use for them, whether or not the file names them. */
export const MADE_UP: readonly string[] = [SecretName.jwt, SecretName.rabbitmqPassword, SecretName.postgresPassword];

/** The random key in the vault under which secrets are compared; neither a value nor a plain hash is stored elsewhere. */
export const HMAC_KEY_NAME = 'draftgenie-deploy-hmac-key';

/** A key of the file whose value is a secret. */
export interface SecretEntry {
  /** In the vault. */
  readonly name: string;
  /** Where it stands in the file. */
  readonly place: readonly string[];
  readonly value: string | null | undefined;
  /** With nothing in it the secret is generated. */
  readonly isGenerated?: boolean;
}

/** `gemini_api_key` → `GEMINI-API-KEY`. */
export function vaultName(key: string): string {
  return key.toUpperCase().replaceAll('_', '-');
}

/** How a secret of the file is meant; undefined: the file says nothing of it. */
export function secretSetting({ place, value, isGenerated }: SecretEntry): SecretSetting | undefined {
  if (value === null || value === undefined) return undefined;
  if (value === '') return isGenerated ? { source: 'generated' } : undefined;
  const [, source, name = ''] = /^(env|keyvault):(.*)$/s.exec(value) ?? [];
  if (source === 'env') return { source: 'environment', variable: name.trim() };
  if (source === 'keyvault') return { source: 'vault', name: name.trim() };
  return mayRefer(value) && !isOutput(value)
    ? { source: 'reference', text: value }
    : { source: 'literal', path: place.join('.') };
}
