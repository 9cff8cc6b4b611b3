import type { TokenCredential } from '@azure/core-auth';
import { reportDrift } from './activities/drift-report.ts';
import { explainFailure } from './activities/fail.ts';
import type { Services } from './activities/services.ts';
import { createSteps } from './activities/steps.ts';
import { cloudEndpoints } from './azure/clouds.ts';
import { AzureError } from './azure/errors.ts';
import type { Azure } from './azure/ports.ts';
import { createMasker } from './domain/masking.ts';
import { systemClock } from './shared/clock.ts';
import { UserError } from './shared/errors.ts';
import type { Logger } from './shared/logger.ts';
import { gitSources } from './source/git-source.ts';
import { openStoredSource } from './source/stored-source.ts';
import { type ConnectionSetting, connectionSetting, type StorageConnection } from './state/blob/connection.ts';
import { openBlobStorage } from './state/blob/storage.ts';
import { DEFAULT_LIMITS } from './triggers/front-door.ts';
import { secretVariable } from './triggers/read-config.ts';
import { createTriggers, type TriggerSettings, type Triggers } from './triggers/triggers.ts';

/** What the settings of a Functions app say; docs/azure-functions.md describes each. */
export interface DeployerSettings {
  readonly cloud: string;
  /** Name of the app, shown as the holder of locks. */
  readonly name: string;
  readonly version: string;
  readonly storage: ConnectionSetting;
  /** The setting that names the storage, for the binding of the blob trigger. */
  readonly storageSetting: string;
  readonly container: string | undefined;
  readonly blobSource: TriggerSettings['blobSource'];
  readonly requiresRoles: boolean;
  readonly approvalTimeoutInSeconds: number;
  readonly historyInDays: number;
  secret(name: string): string | undefined;
}

const STORAGE_SETTINGS = ['DEPLOYMENT_STORAGE', 'AzureWebJobsStorage'] as const;
const DAY_IN_SECONDS = 24 * 60 * 60;

/** Throws UserError `setting_invalid` or `storage_missing`, naming the setting and what is allowed. */
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
    name: env.WEBSITE_SITE_NAME || 'local',
    version: env.DRAFTGENIE_VERSION || 'functions',
    storage: found.setting,
    storageSetting: found.name,
    container: env.DEPLOYMENT_STORAGE_CONTAINER || undefined,
    blobSource: oneOf(env, 'DRAFTGENIE_BLOB_SOURCE', ['LogsAndContainerScan', 'EventGrid']),
    requiresRoles: oneOf(env, 'DRAFTGENIE_REQUIRE_ROLES', ['false', 'true']) === 'true',
    approvalTimeoutInSeconds: positive(env, 'DRAFTGENIE_APPROVAL_TIMEOUT_IN_SECONDS', DAY_IN_SECONDS),
    historyInDays: positive(env, 'DRAFTGENIE_HISTORY_IN_DAYS', 30),
    // A setting that is there and empty is one that somebody still has to fill in.
    secret: (name) => env[secretVariable(name)] || undefined,
  };
}

export interface FunctionsAppParts {
  credential(): Promise<TokenCredential>;
  /** @param keepSecret told of every secret that is learnt, so that no text shows it */
  azure(keepSecret: (value: string) => void): Promise<Azure>;
  readonly logger?: Logger;
}

/** The parts of the app that answers over HTTP and runs deployments, the same on Azure and served on a laptop. */
export function openFunctionsApp(
  settings: DeployerSettings,
  parts: FunctionsAppParts,
): { readonly services: Services; readonly triggers: Triggers } {
  const masker = createMasker([]);
  const engine = `functions:${settings.name}`;
  const storage = openBlobStorage(connection(settings, parts), {
    ...(settings.container !== undefined && { container: settings.container }),
  });
  const keepSecret = (value: string): void => masker.add(value);
  const secret = (name: string): string | undefined => {
    const value = settings.secret(name);
    if (value !== undefined) keepSecret(value);
    return value;
  };
  const mask = (text: string): string => masker.mask(text);
  const common = { clock: systemClock, holder: settings.name, engine, version: settings.version, mask };
  const services: Services = {
    ...common,
    approvalTimeoutInSeconds: settings.approvalTimeoutInSeconds,
    // Configurations that hold secret values are refused before they are stored.
    secrets: { literal: () => undefined, environment: secret },
    stores: (environment) => storage.environment(environment),
    azure: () => parts.azure(keepSecret),
    source: async (reference) =>
      reference === null ? undefined : await openStoredSource(reference, (sha256) => storage.sources.open(sha256)),
    gitSource: gitSources(fetch, systemClock),
    observe: () => undefined,
  };
  const steps = createSteps();
  return {
    services,
    triggers: createTriggers(
      {
        ...common,
        logger: parts.logger ?? standardError,
        storage,
        secret,
        async drift(environment) {
          const report = await reportDrift(services, steps, environment).catch((error: unknown) => {
            throw forCaller(error, mask);
          });
          return { runId: report.runId, resources: report.resources, drift: [...report.drift] };
        },
        requiresRoles: settings.requiresRoles,
        historyInDays: settings.historyInDays,
        limits: DEFAULT_LIMITS,
      },
      { connection: settings.storageSetting, blobSource: settings.blobSource },
    ),
  };
}

/** An error of Azure as the caller is told of it; others are what they are. */
function forCaller(error: unknown, mask: (text: string) => string): unknown {
  if (!(error instanceof AzureError)) return error;
  const { message, hint, correlationId } = explainFailure(error).report;
  const forSupport = correlationId === undefined ? '' : ` (correlation id ${correlationId})`;
  return new UserError(`Azure answered ${error.code}: ${mask(message)}${forSupport}`, {
    code: 'azure_failed',
    hint,
    cause: error,
  });
}

function connection({ storage }: DeployerSettings, { credential }: FunctionsAppParts): StorageConnection {
  if ('connectionString' in storage) return storage;
  // Asked for when it is first needed: loading the identity library is most of a cold start.
  let known: Promise<TokenCredential> | undefined;
  return {
    ...storage,
    credential: {
      async getToken(scopes, options) {
        known ??= credential();
        return await (await known).getToken(scopes, options);
      },
    },
  };
}

/** The host keeps what its worker writes there. */
const standardError: Logger = {
  log(level, message) {
    const line = `${level}: ${message}\n`;
    if (level !== 'debug') process.stderr.write(line);
  },
};

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
