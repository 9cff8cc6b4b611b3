import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createApp, registerApp } from '../../app.ts';
import { type DeployerSettings, deployerSettings } from '../../app-settings.ts';
import { cloudEndpoints } from '../../azure/clouds.ts';
import { connectAzure } from '../../azure/connect.ts';
import { defaultCredential } from '../../azure/credentials.ts';
import { simulatedConnections } from '../../azure/simulated/connection.ts';
import { openFunctionsApp } from '../../functions-app.ts';
import { createTransport } from '../../outbound/transport.ts';
import { type EmbeddedHost, openHost } from '../../runtime/host.ts';
import { loadKeys } from '../../runtime/http/keys.ts';
import { type ServedFunctions, serveFunctions } from '../../runtime/serve.ts';
import { loadFunctions } from '../../runtime/worker.ts';
import { UserError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { once, onceDone } from '../../shared/once.ts';
import { acquireOsLock, LockHeld, type OsLock } from '../../shared/os-lock.ts';
import { productVersion } from '../../shared/product-version.ts';
import { createSignInCodes } from '../../triggers/sign-in-codes.ts';
import { createTriggers } from '../../triggers/triggers.ts';
import { type CloudConnection, connectCloud } from '../local/cloud-connection.ts';
import { hostSettings } from '../local/engine.ts';
import type { CommonOptions } from '../options.ts';
import { type LocalStorage, startAzurite } from './azurite.ts';
import { Closing } from './closing.ts';
import { ownFolder } from './own-folder.ts';
import { forgetServing, recordServing, serveLock } from './serving-record.ts';

export interface ServeSettings extends CommonOptions {
  readonly port: number;
  /** IP address to listen on. */
  readonly host: string;
}

/** The product as an app on this machine. */
export interface ServedStack {
  readonly url: string;
  /** Opens the routes of the app. */
  readonly key: string;
  /** The keys were made just now; afterwards they are in `keyFile`. */
  readonly isKeyNew: boolean;
  readonly keyFile: string;
  /** Connection string of the storage on this machine; null: another storage is used. */
  readonly storage: string | null;
  /** Rejects when something that it stands on ended. */
  readonly broken: Promise<never>;
  /** Lets what runs come to a point from which the next start goes on. */
  stop(): Promise<void>;
}

const STORAGE = 'DEPLOYMENT_STORAGE';
const GRACE_IN_MS = 10_000;
/** The Functions host looks every 10 s; a storage on this machine may be asked more often. */
const BLOB_POLLING_INTERVAL_IN_MS = 1000;

/** Starts storage, cloud, engine and HTTP, in this order; what was started is ended again when a later part fails. */
export async function openServedStack(home: string, settings: ServeSettings, logger: Logger): Promise<ServedStack> {
  const closing = new Closing();
  try {
    return await open(home, settings, logger, closing);
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function open(home: string, options: ServeSettings, logger: Logger, closing: Closing): Promise<ServedStack> {
  await ownFolder(home);
  const lock = await lockHome(home);
  closing.add(() => lock.release());
  await forgetServing(home);
  const azurite = hasStorage(process.env) ? undefined : await startAzurite(join(home, 'storage'));
  if (azurite) closing.add(() => azurite.stop());
  const app = await openApp(home, options, logger, closing, azurite);
  const { engine, worker, host } = app;
  const { keys, isNew } = await loadKeys(home);
  const served = await listen(options, () =>
    serveFunctions(engine, worker, {
      keys,
      port: options.port,
      hostname: options.host,
      settings: host,
      triggers: { directory: home, credential: app.credential, blobPollingIntervalInMs: BLOB_POLLING_INTERVAL_IN_MS },
      logger,
    }),
  );
  closing.add(() => served.stop({ graceInMs: GRACE_IN_MS }));
  await recordServing(home, served.url);
  closing.add(() => forgetServing(home));
  engine.start();
  return {
    url: served.url,
    key: keys.function,
    isKeyNew: isNew,
    keyFile: join(home, 'keys.json'),
    storage: azurite?.connectionString ?? null,
    broken: azurite?.broken ?? new Promise<never>(() => undefined),
    stop: () => closing.run(),
  };
}

async function openApp(
  home: string,
  options: ServeSettings,
  logger: Logger,
  closing: Closing,
  azurite: LocalStorage | undefined,
) {
  // The bindings of functions find their storage among the settings of the process, as on Azure.
  if (azurite) process.env[STORAGE] = azurite.connectionString;
  const settings = deployerSettings(process.env);
  const simulated = simulatorBeside(settings, options);
  const cloud = await openCloud(home, options, closing, simulated);
  const id = createHash('sha256').update(home).digest('hex').slice(0, 8);
  const credential = simulated
    ? async () => (await simulated()).credential
    : once(() => defaultCredential(cloudEndpoints(settings.cloud), createTransport()));
  const parts = openFunctionsApp(
    {
      ...settings,
      // Two apps that share a storage are two engines.
      name: `serve@${hostname()}-${id}`,
      version: productVersion(),
      secret: (name) => settings.secret(name) ?? (options.simulate ? `simulated-value-of-${name}` : undefined),
    },
    { credential, ...(simulated && { transport: async () => (await simulated()).transport }), azure: cloud, logger },
  );
  closing.add(async () => await parts.services.telemetry?.end());
  const services = { ...parts.app, signInCodes: createSignInCodes(parts.app.clock) };
  const triggers = createTriggers(async () => services, {
    connection: settings.storageSetting,
    blobSource: 'LogsAndContainerScan',
  });
  const app = createApp(async () => parts.services, triggers);
  const worker = await loadFunctions(() => registerApp(app), { logger });
  const host = await hostSettings();
  const engine: EmbeddedHost = await openHost({
    directory: join(home, 'engine'),
    worker,
    defaultVersion: host.defaultVersion,
    versionMatchStrategy: host.versionMatchStrategy,
    holder: parts.services.holder,
    logger,
  });
  closing.add(() => engine.stop({ graceInMs: GRACE_IN_MS }));
  return { engine, worker, host, credential };
}

type SimulatedConnections = ReturnType<typeof simulatedConnections>;

/** The one that a setting names, where somebody else started it. */
function simulatorBeside(
  { simulator }: DeployerSettings,
  { simulate }: ServeSettings,
): SimulatedConnections | undefined {
  if (!simulator) return undefined;
  if (!simulate) return simulatedConnections(simulator);
  throw new UserError(`--simulate starts a simulator, and DRAFTGENIE_SIMULATOR names another: ${simulator.address}`, {
    code: 'simulator_refused',
    hint: 'Leave one of the two out.',
  });
}

/** The simulator starts with the app; a credential for Azure is looked for when it is first needed. */
async function openCloud(
  home: string,
  options: ServeSettings,
  closing: Closing,
  simulated: SimulatedConnections | undefined,
) {
  let keep: (secret: string) => void = () => undefined;
  const keepSecret = (secret: string): void => keep(secret);
  let started: CloudConnection | undefined;
  const connect = onceDone(async () => {
    if (simulated) return connectAzure({ ...(await simulated()), keepSecret });
    started = await connectCloud(options, join(home, 'simulator'), keepSecret);
    return started.azure;
  });
  closing.add(async () => await started?.close());
  if (options.simulate) await connect();
  return async (keeper: (secret: string) => void) => {
    keep = keeper;
    return await connect();
  };
}

function hasStorage(env: NodeJS.ProcessEnv): boolean {
  return [STORAGE, `${STORAGE}__blobServiceUri`, `${STORAGE}__accountName`].some((name) => env[name]);
}

async function lockHome(home: string): Promise<OsLock> {
  try {
    return await acquireOsLock(serveLock(home));
  } catch (cause) {
    if (!(cause instanceof LockHeld)) throw cause;
    throw new UserError(`An app is served from ${home} already (${cause.holder}).`, {
      code: 'served_already',
      hint: 'Stop it first, or serve from another directory.',
      cause,
    });
  }
}

async function listen({ host, port }: ServeSettings, serve: () => Promise<ServedFunctions>): Promise<ServedFunctions> {
  try {
    return await serve();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRNOTAVAIL') {
      throw new UserError(`${host} is no address of this machine.`, { code: 'address_not_here', cause });
    }
    if (code !== 'EADDRINUSE') throw cause;
    throw new UserError(`The port ${port} is in use.`, {
      code: 'port_in_use',
      hint: 'Name another one with --port; 0 takes any that is free.',
      cause,
    });
  }
}
