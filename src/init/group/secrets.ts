import { SecretName, vaultName } from '../../domain/config/secrets.ts';
import { COMPOSED } from '../../domain/sections/composed-secrets.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Leftover } from '../draft.ts';
import type { Reading } from './live.ts';

/** Those that a deployment makes by itself: a variable names them, and nothing under `secrets` does. */
const MADE_BY_ITSELF: readonly string[] = [...Object.values(COMPOSED), SecretName.postgresPassword];

/** The secrets of one app or job, and what comes under `secrets` of the file for all of them. */
export interface GroupSecrets {
  /** What a variable names for the app's own secret of that name. */
  ofReference(name: string): string;
  /** What a variable names whose value is there in plain text. The value is compared with others, and goes nowhere. */
  ofPlainText(variable: string, value: string): string;
}

export class SecretsOfGroup {
  /** Key → where the value is. */
  readonly config: Record<string, string> = {};
  readonly #inVault: ReadonlySet<string>;
  readonly #plain = new Map<string, { readonly places: string[]; readonly values: Set<string> }>();

  constructor(inVault: readonly string[] = []) {
    this.#inVault = new Set(inVault.map((name) => name.toUpperCase()));
  }

  /** @param app the body of an app or a job of that name, whose own secrets are read */
  of(app: Reading, workload: string): GroupSecrets {
    const addresses = new Map(
      app.members('properties.configuration.secrets').map((secret) => {
        secret.take('identity');
        secret.takeSecret('value');
        return [secret.text('name') ?? '', secret.text('keyVaultUrl')] as const;
      }),
    );
    return {
      ofReference: (name) => {
        const inVault = /\/secrets\/([^/]+)/.exec(addresses.get(name) ?? '')?.[1];
        return inVault === undefined ? this.#named(name) : this.#ofVault(inVault);
      },
      ofPlainText: (variable, value) => {
        const key = this.#named(variable);
        const found = this.#plain.get(key) ?? { places: [], values: new Set() };
        found.places.push(`${variable} of ${workload}`);
        found.values.add(value);
        this.#plain.set(key, found);
        return key;
      },
    };
  }

  /** Secrets that stood in variables, and what becomes of them. */
  leftovers(): readonly Leftover[] {
    return [...this.#plain].map(([key, { places, values }]) => {
      const differ = values.size > 1 ? `, which have ${values.size} values now and get one` : '';
      const text = `in plain text in ${places.join(', ')}${differ}; the value of the secret is the one that they get`;
      return { file: 'secrets', key, text, path: ['secrets', key] };
    });
  }

  #named(name: string): string {
    const inVault = vaultName(name).replaceAll(/[^A-Z0-9-]/g, '-');
    if (this.#inVault.has(inVault)) return this.#ofVault(inVault);
    const key = keyOf(inVault);
    this.config[key] ??= `env:${inVault.replaceAll('-', '_')}`;
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

/** How workloads sign in to registries of others; to the group's own the configuration does so by itself. */
export class RegistriesOfGroup {
  readonly config: Record<string, JsonObject> = {};
  readonly #own: readonly string[];

  /** @param own names of the group's registries */
  constructor(own: readonly string[]) {
    this.#own = own.map((name) => `${name.toLowerCase()}.`);
  }

  read(workload: Reading): void {
    for (const entry of workload.members('properties.configuration.registries')) {
      const [server = '', username, identity] = ['server', 'username', 'identity'].map((key) => entry.text(key));
      entry.take('passwordSecretRef');
      if (this.#own.some((name) => server.toLowerCase().startsWith(name))) continue;
      const variable = `REGISTRY_PASSWORD_${server.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
      if (username !== undefined) this.config[server] = { username, password: `env:${variable}` };
      else if (identity !== undefined) this.config[server] = { identity: true };
    }
  }
}
