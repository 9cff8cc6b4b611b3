import { cloudEndpoints } from './azure/clouds.ts';
import { type SimulatorSetting, simulatorSetting } from './azure/simulated/setting.ts';
import { secretVariable } from './runs/secret-variable.ts';
import { UserError } from './shared/errors.ts';
import { LIMITS } from './shared/limits.ts';
import { productVersion } from './shared/product-version.ts';
import { type ConnectionSetting, connectionSetting } from './state/blob/connection.ts';
import type { TriggerSettings } from './triggers/triggers.ts';

/** What the settings of a Functions app say; docs/azure-functions.md describes each. */
export interface DeployerSettings {
  readonly cloud: string;
  /** What stands for Azure while the app is developed. */
  readonly simulator: SimulatorSetting | undefined;
  /** Name of the app, shown as the holder of locks. */
  readonly name: string;
  readonly version: string;
  readonly storage: ConnectionSetting;
  /** The setting that names the storage, for the binding of the blob trigger. */
  readonly storageSetting: string;
  readonly container: string | undefined;
  readonly blobSource: TriggerSettings['blobSource'];
  readonly requiresRoles: boolean;
  readonly requiresScopedKeys: boolean;
  readonly approvalTimeoutInSeconds: number;
  readonly historyInDays: number;
  secret(name: string): string | undefined;
  /** What configurations may fill in, by name; an empty one is set, and empty. */
  variables(): Readonly<Record<string, string>>;
  /** Where callers find the app, as its host says once it listens; undefined: it says nothing. */
  address(): string | undefined;
  /** How long a configuration that was sent may take to be parsed. */
  readonly parseLimitInSeconds: number;
}

const STORAGE_SETTINGS = ['DEPLOYMENT_STORAGE', 'AzureWebJobsStorage'] as const;
const DAY_IN_SECONDS = 24 * 60 * 60;

/** Throws UserError `setting_invalid`, `simulator_refused` or `storage_missing`, naming the setting and what is allowed. */
export function deployerSettings(env: Readonly<Record<string, string | undefined>>): DeployerSettings {
  const cloud = env.AZURE_CLOUD || 'AzureCloud';
  const { storageSuffix } = cloudEndpoints(cloud);
  const found = STORAGE_SETTINGS.flatMap((name) => {
    const setting = connectionSetting(env, name, storageSuffix);
    return setting ? [{ name, setting }] : [];
  })[0];
  if (!found) {
    throw new UserError('No storage is named for states and runs.', {
      code: 'storage_missing',
      hint: 'Set DEPLOYMENT_STORAGE to a connection string, or DEPLOYMENT_STORAGE__blobServiceUri to the account’s address.',
    });
  }
  return {
    cloud,
    simulator: simulatorSetting(env, cloud),
    name: env.WEBSITE_SITE_NAME || 'local',
    version: productVersion(),
    storage: found.setting,
    storageSetting: found.name,
    container: env.DEPLOYMENT_STORAGE_CONTAINER || undefined,
    blobSource: oneOf(env, 'DRAFTGENIE_BLOB_SOURCE', ['LogsAndContainerScan', 'EventGrid']),
    requiresRoles: oneOf(env, 'DRAFTGENIE_REQUIRE_ROLES', ['false', 'true']) === 'true',
    requiresScopedKeys: oneOf(env, 'DRAFTGENIE_REQUIRE_SCOPED_KEYS', ['false', 'true']) === 'true',
    approvalTimeoutInSeconds: positive(env, 'DRAFTGENIE_APPROVAL_TIMEOUT_IN_SECONDS', DAY_IN_SECONDS),
    historyInDays: positive(env, 'DRAFTGENIE_HISTORY_IN_DAYS', 30),
    // A setting that is there and empty is one that somebody still has to fill in.
    secret: (name) => env[secretVariable(name)] || undefined,
    variables: () => settingsAfter(env, 'DRAFTGENIE_VAR_'),
    address: () => addressOf(env.WEBSITE_HOSTNAME),
    parseLimitInSeconds: positive(env, 'DRAFTGENIE_PARSE_LIMIT_IN_SECONDS', LIMITS.parseSeconds.value),
  };
}

/**
 * Of the name that the host gives an app (https://learn.microsoft.com/azure/app-service/reference-app-settings#app-environment). Those on
 * one's own machine name their port, and speak no TLS.
 */
function addressOf(host: string | undefined): string | undefined {
  if (!host) return undefined;
  return `${host.includes(':') ? 'http' : 'https'}://${host}`;
}

/** Those whose names begin so, by the rest of their names. */
function settingsAfter(
  env: Readonly<Record<string, string | undefined>>,
  prefix: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value = '']) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    ),
  );
}

function oneOf<Value extends string>(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  allowed: readonly [Value, ...Value[]],
): Value {
  const text = env[name] || allowed[0];
  const value = allowed.find((one) => one === text);
  if (value) return value;
  throw invalidSetting(name, text, allowed.join(' or '));
}

function positive(env: Readonly<Record<string, string | undefined>>, name: string, fallback: number): number {
  const text = env[name] || String(fallback);
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw invalidSetting(name, text, 'a number greater than 0');
}

function invalidSetting(name: string, text: string, allowed: string): UserError {
  return new UserError(`The setting ${name} is ${JSON.stringify(text)}; allowed is ${allowed}.`, {
    code: 'setting_invalid',
  });
}
