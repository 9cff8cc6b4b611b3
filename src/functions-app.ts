import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { createSteps } from './activities/activities.ts';
import type { DeployerSettings } from './app-settings.ts';
import { AzureError } from './azure/errors.ts';
import type { Azure } from './azure/ports.ts';
import { createMasker } from './domain/masking.ts';
import { explainFailure } from './engine/failure.ts';
import type { Services } from './engine/services.ts';
import { createPublicFetch, createWebhookFetch } from './outbound/fetch.ts';
import { type DriftReport, driftView, reportDrift } from './planning/drift/drift-report.ts';
import { repairOf } from './planning/drift/prepare-repair.ts';
import { reportServices } from './planning/services/report-services.ts';
import { createRunReaders } from './runs/reading/run-reader.ts';
import { systemClock } from './shared/clock.ts';
import { UserError } from './shared/errors.ts';
import type { Logger } from './shared/logger.ts';
import { asOneEntry, shownText } from './shared/shown-text.ts';
import { gitSources } from './source/git-source.ts';
import { openStoredSource } from './source/stored-source.ts';
import type { StorageConnection } from './state/blob/connection.ts';
import { openBlobStorage } from './state/blob/storage.ts';
import type { EnvironmentStores } from './state/ports.ts';
import { askedTelemetry } from './telemetry/asked-telemetry.ts';
import { type AppServices, DEFAULT_LIMITS } from './triggers/app-services.ts';

export interface FunctionsAppParts {
  /** The same each time: it keeps its tokens. */
  credential(): Promise<TokenCredential>;
  /** By which requests reach that Azure; by default that of the process. */
  transport?(): Promise<HttpClient>;
  /** @param keepSecret told of every secret that is learnt, so that no text shows it */
  azure(keepSecret: (value: string) => void): Promise<Azure>;
  readonly logger?: Logger;
  /** See `Services`. */
  readonly activitiesMayOverlap?: boolean;
}

/** The parts of the app that answers over HTTP and runs deployments, the same on Azure and served on a laptop. */
export function openFunctionsApp(
  settings: DeployerSettings,
  parts: FunctionsAppParts,
): { readonly services: Services; readonly app: AppServices } {
  const masker = createMasker([]);
  const engine = `functions:${settings.name}`;
  const transport = storageTransport(settings, parts);
  const storage = openBlobStorage(connection(settings, parts), {
    ...(transport && { transport }),
    ...(settings.container !== undefined && { container: settings.container }),
  });
  const keepSecret = (value: string): void => masker.add(value);
  const secret = (name: string): string | undefined => {
    const value = settings.secret(name);
    if (value !== undefined) keepSecret(value);
    return value;
  };
  const mask = (text: string): string => masker.mask(text);
  const stores = (environment: string): EnvironmentStores => storage.environment(environment);
  const logger = parts.logger ?? standardError;
  const telemetry = askedTelemetry(process.env, (message) => logger.log('warning', message));
  const common = {
    ...{ clock: systemClock, holder: settings.name, engine, version: settings.version, mask, stores },
    ...(telemetry && { telemetry }),
  };
  const services: Services = {
    ...common,
    approvalTimeoutInSeconds: settings.approvalTimeoutInSeconds,
    appAddress: () => settings.address(),
    // Configurations that hold secret values are refused before they are stored.
    secrets: { literal: () => undefined, environment: secret },
    azure: () => parts.azure(keepSecret),
    source: async (reference) =>
      reference === null ? undefined : await openStoredSource(reference, (sha256) => storage.sources.open(sha256)),
    post: createWebhookFetch(process.env),
    gitSource: gitSources(createPublicFetch(process.env), systemClock),
    prices: storage.prices,
    observe: () => undefined,
    activitiesMayOverlap: parts.activitiesMayOverlap ?? false,
  };
  const steps = createSteps();
  const told = async <Answer>(answer: Promise<Answer>): Promise<Answer> =>
    await answer.catch((error: unknown) => {
      throw forCaller(error, mask);
    });
  const report = (environment: string): Promise<DriftReport> => told(reportDrift(services, steps, environment));
  const looking = { clock: systemClock, stores, azure: () => parts.azure(keepSecret) };
  return {
    services,
    app: {
      ...common,
      logger,
      storage,
      secret,
      variables: () => settings.variables(),
      drift: async (environment) => driftView(await report(environment)),
      services: (environment) => told(reportServices(looking, steps, environment)),
      async repair(environment, leaves) {
        const work = repairOf(await report(environment), leaves);
        // Sources that lay in a folder of some other machine are not to be had here.
        return work && { ...work, source: work.source?.startsWith('sha256:') ? work.source : null };
      },
      requiresRoles: settings.requiresRoles,
      requiresScopedKeys: settings.requiresScopedKeys,
      historyInDays: settings.historyInDays,
      limits: { ...DEFAULT_LIMITS, parseInSeconds: settings.parseLimitInSeconds },
      readers: createRunReaders(DEFAULT_LIMITS),
    },
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
  return {
    ...storage,
    credential: { getToken: async (scopes, options) => await (await credential()).getToken(scopes, options) },
  };
}

/** An account that is reached with the identity is part of the same Azure; one with a key may be an emulator's. */
function storageTransport({ storage }: DeployerSettings, { transport }: FunctionsAppParts): HttpClient | undefined {
  if (!transport || 'connectionString' in storage) return undefined;
  return { sendRequest: async (request) => await (await transport()).sendRequest(request) };
}

/** The host keeps what its worker writes there. */
const standardError: Logger = {
  log(level, message) {
    const line = `${level}: ${asOneEntry(shownText(message))}\n`;
    if (level !== 'debug') process.stderr.write(line);
  },
};
