import { SecretName, vaultName } from '../../domain/config/secrets.ts';
import { COMPOSED } from '../../domain/sections/composed-secrets.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { Reading } from './live.ts';

/** Those that a deployment makes by itself: a variable names them, and nothing under `secrets` does. */
const MADE_BY_ITSELF: readonly string[] = [...Object.values(COMPOSED), SecretName.postgresPassword];

/** The secrets of one app or job, and what comes under `secrets` of the file for all of them. No value is read. */
export interface GroupSecrets {
  /** What a variable names for the app's own secret of that name. */
  ofReference(name: string): string;
  /** What a variable names whose value is there in plain text. */
  ofPlainText(variable: string): string;
}

export class SecretsOfGroup {
  /** Key → where the value is. */
  readonly config: Record<string, string> = {};
  /** Keys whose value somebody has to give. */
  readonly missing: string[] = [];
  readonly #inVault: ReadonlySet<string>;

  constructor(inVault: readonly string[] = []) {
    this.#inVault = new Set(inVault.map((name) => name.toUpperCase()));
  }

  /** @param app the body of an app or a job, whose own secrets are read */
  of(app: Reading): GroupSecrets {
    const addresses = new Map(
      app.members('properties.configuration.secrets').map((secret) => {
        secret.take('identity');
        secret.take('value');
        return [secret.text('name') ?? '', secret.text('keyVaultUrl')] as const;
      }),
    );
    return {
      ofReference: (name) => {
        const inVault = /\/secrets\/([^/]+)/.exec(addresses.get(name) ?? '')?.[1];
        return inVault === undefined ? this.ofPlainText(name) : this.#ofVault(inVault);
      },
      ofPlainText: (variable) => this.ofPlainText(variable),
    };
  }

  ofPlainText(variable: string): string {
    const name = vaultName(variable).replaceAll(/[^A-Z0-9-]/g, '-');
    if (this.#inVault.has(name)) return this.#ofVault(name);
    const key = keyOf(name);
    if (!(key in this.config)) this.missing.push(key);
    this.config[key] ??= `env:${name.replaceAll('-', '_')}`;
    return key;
  }

  #ofVault(name: string): string {
    if (MADE_BY_ITSELF.includes(name.toUpperCase())) return name;
    const key = keyOf(name);
    this.config[key] ??= `keyvault:${name}`;
    return key;
  }
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

/** How it signs in to registries is what the configuration says by itself. */
export function takePulls(app: Reading): void {
  const entries = app.take('properties.configuration.registries');
  const names = (Array.isArray(entries) ? entries.filter(isJsonObject) : []).map((one) =>
    String(one.passwordSecretRef),
  );
  for (const secret of app.members('properties.configuration.secrets'))
    if (names.includes(secret.text('name') ?? '')) secret.take('value');
}
