import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { parse, stringify } from 'yaml';
import { createSteps } from '../../src/activities/activities.ts';
import { createApp, registerApp } from '../../src/app.ts';
import { cloudEndpoints } from '../../src/azure/clouds.ts';
import { connectAzure } from '../../src/azure/connect.ts';
import { clientSecretCredential } from '../../src/azure/credentials.ts';
import type { Azure } from '../../src/azure/ports.ts';
import { embeddedEngine } from '../../src/cli/local/embedded-engine.ts';
import { type PreparedWork, prepareWork } from '../../src/cli/local/prepare-work.ts';
import { createSecretSource } from '../../src/cli/local/secret-source.ts';
import type { ParsedConfig } from '../../src/domain/config/model.ts';
import { parseConfig } from '../../src/domain/config/parse.ts';
import { ORCHESTRATION_VERSION } from '../../src/domain/function-names.ts';
import { createMasker } from '../../src/domain/masking.ts';
import type { Plan } from '../../src/domain/plan-schema.ts';
import { NO_OPTIONS, type RunOptions, type RunSummary } from '../../src/domain/run.ts';
import type { EnvironmentState } from '../../src/domain/state.ts';
import type { Services } from '../../src/engine/services.ts';
import { createTransport } from '../../src/outbound/transport.ts';
import { type DriftReport, reportDrift } from '../../src/planning/drift/drift-report.ts';
import type { DeploymentWork } from '../../src/runs/deployments.ts';
import { startRun } from '../../src/runs/start-run.ts';
import { type EmbeddedHost, openHost } from '../../src/runtime/host.ts';
import { type FunctionsWorker, loadFunctions } from '../../src/runtime/worker.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { openSource } from '../../src/source/source-tree.ts';
import { openBlobStorage } from '../../src/state/blob/storage.ts';
import { openFileRunStore } from '../../src/state/file/run-store.ts';
import { openFileStateStore } from '../../src/state/file/state-store.ts';
import type { EnvironmentStores } from '../../src/state/ports.ts';
import type { BlobService } from '../helpers/blobs/blob-service.ts';
import { type Hand, handOf } from '../helpers/cloud/changes-by-hand.ts';
import { routesTo } from '../helpers/in-process/connections.ts';

export const EXAMPLE = fileURLToPath(new URL('../../examples/draftgenie', import.meta.url));
const ENVIRONMENT = 'default';
/** They take the same ways as the others, and would double the requests. */
const LEFT_OUT = ['rag_service', 'evaluation_service'];

/** What a run came to, as its caller sees it. */
export interface Outcome {
  readonly summary: RunSummary;
  readonly state: EnvironmentState;
  /** The last one; absent when the run ended before it was made. */
  readonly plan: Plan | undefined;
}

/** What is deployed: a configuration, and the directory of its sources. */
export interface Application {
  readonly parsed: ParsedConfig;
  readonly source: string;
}

/** Where a deployment happens: its cloud, the folder of its journal, and where it keeps everything else; by default in that folder. */
export interface Ground {
  readonly simulator: Simulator;
  readonly directory: string;
  readonly storage?: Pick<BlobService, 'accept' | 'connectionString' | 'unfinished'>;
}

/** What is given on the command line. */
export interface Command {
  /** Default: the example. */
  readonly application?: Application;
  /** Default: to deploy that. */
  readonly work?: Exclude<DeploymentWork, { kind: 'deploy' }>;
  readonly options?: Partial<RunOptions>;
}

/** A run that an engine of this process drives. */
export interface Running {
  readonly runId: string;
  readonly stores: EnvironmentStores;
  /** Undefined: it came to its end, and nothing is left that says how. */
  readonly ended: Promise<Outcome | undefined>;
  /** From this moment on nothing that it was about to do is done, and no answer reaches it. */
  cutOff(): void;
  /** As kill -9: it is cut off, and its engine is gone. */
  kill(): Promise<void>;
}

/**
 * Deployments in this process: the product's own functions on its own engine, its journal and stores in a
 * folder, its requests to a simulator. The libraries take the functions of a process once, so there is one of these.
 */
export interface Deployer {
  /** Requests that wait for an answer that is on its way. */
  readonly underWay: () => number;
  /** A client of the simulator whose requests are among these. */
  transportTo(simulator: Simulator): HttpClient;
  /** One run to its end, with an engine that is opened for it, as the command line does. Default: the example. */
  deploy(simulator: Simulator, directory: string, application?: Application): Promise<Outcome>;
  /** Starts a run as the command line does: it goes on with an unfinished one of the same request. */
  begin(ground: Ground, command?: Command): Promise<Running>;
  /** Goes on with what the engine has under way, as an app does that is started again; undefined: nothing is. */
  goOn(ground: Ground, command?: Command): Promise<Running | undefined>;
  /** What somebody else does past the deployer, below the group of the deployment. */
  hand(ground: Ground, group: string): Promise<Hand>;
  state(ground: Ground): Promise<EnvironmentState>;
  /** The example, changed by this, with the sources of the example, or those that are there. */
  example(change?: (document: ExampleDocument) => void, source?: string): Promise<Application>;
}

/** As much of the example's configuration as is changed. */
interface ExampleDocument {
  release?: { strategy: string; steps: readonly number[]; bake_time: number };
}

/** The example, without the services that add nothing. */
async function example(
  change: (document: ExampleDocument) => void = () => undefined,
  source = EXAMPLE,
): Promise<Application> {
  const document = parse(await readFile(join(EXAMPLE, 'config.yaml'), 'utf8'));
  for (const key of LEFT_OUT) {
    delete document.services[key];
    delete document.docker.dockerfiles[key];
    // The gateway would look for it.
    document.services.api_gateway.env = { ...document.services.api_gateway.env, [`${key.toUpperCase()}_URL`]: null };
  }
  change(document);
  const result = parseConfig(stringify({ ...document, defaults: 'draftgenie' }));
  if (!result.ok) throw new Error(`the example is broken: ${JSON.stringify(result.problems)}`);
  return { parsed: result.parsed, source };
}

/** What the command line ends with where it starts no run, since there is nothing to do. */
export class NothingToDo extends Error {}

function hasDrift({ drift, since }: DriftReport): boolean {
  return drift.some(({ repaired }) => repaired) || since.repair !== undefined;
}

/** One engine, from its start to its end. */
interface Session {
  underWay: number;
  isDead: boolean;
  readonly heldBack: () => number;
}

interface Opened {
  readonly host: EmbeddedHost;
  readonly stores: EnvironmentStores;
  readonly session: Session;
  readonly application: Application;
}

export async function createDeployer(): Promise<Deployer> {
  const usual = await example();
  let session: Session = { underWay: 0, isDead: false, heldBack: () => 0 };
  let current: Pick<Services, 'secrets' | 'mask'> & { readonly azure: Azure; readonly stores: EnvironmentStores };
  const services: Services = {
    clock: systemClock,
    holder: 'somebody@here',
    engine: 'local:here',
    version: '0.0.0-test',
    approvalTimeoutInSeconds: 3600,
    secrets: {
      literal: (path) => current.secrets.literal(path),
      environment: (name) => current.secrets.environment(name),
    },
    stores: () => current.stores,
    azure: async () => current.azure,
    source: async (directory) => (directory === null ? undefined : await openSource(directory)),
    gitSource: () => {
      throw new Error('the example is no git source');
    },
    mask: (text) => current.mask(text),
    observe: () => undefined,
  };
  const worker: FunctionsWorker = await loadFunctions(() => registerApp(createApp(async () => services)));

  async function connect(ground: Ground, application = usual): Promise<Omit<Opened, 'host'>> {
    const { simulator, directory, storage } = ground;
    const opened: Session = {
      underWay: 0,
      isDead: false,
      heldBack: () => simulator.unfinished() + (storage?.unfinished() ?? 0),
    };
    session = opened;
    const secrets = createSecretSource(application.parsed, {}, true);
    const masker = createMasker(secrets.known);
    const cloud = cloudEndpoints('AzureCloud');
    const transport = during(opened, createTransport({ routes: routesTo(simulator) }));
    const credential = await clientSecretCredential(simulator, cloud, transport);
    const stores = storage
      ? openBlobStorage(storage, {
          transport: during(opened, createTransport({ routes: routesTo(storage) })),
        }).environment(ENVIRONMENT)
      : {
          state: openFileStateStore({ path: join(directory, 'state.json'), environment: ENVIRONMENT, directory }),
          runs: openFileRunStore({ directory }),
        };
    const azure = connectAzure({ cloud, credential, transport, keepSecret: (secret) => masker.add(secret) });
    current = { azure, stores, secrets, mask: (text) => masker.mask(text) };
    return { stores, session: opened, application };
  }

  async function open(ground: Ground, { application }: Command): Promise<Opened> {
    const connected = await connect(ground, application);
    const { directory } = ground;
    return { ...connected, host: await openHost({ directory, worker, defaultVersion: ORCHESTRATION_VERSION }) };
  }

  function follow({ host, stores, session: own }: Opened, runId: string): Running {
    host.start();
    const stop = (): Promise<void> => host.stop({ graceInMs: 0 });
    const ended = host.completion(runId).then(() => outcomeOf(stores, runId));
    const cutOff = (): void => {
      own.isDead = true;
      own.underWay = 0;
    };
    return {
      runId,
      stores,
      ended: ended.finally(stop),
      cutOff,
      async kill() {
        cutOff();
        await stop();
      },
    };
  }

  /** What the command line makes of it. */
  async function prepared({ stores, application }: Opened, { work, options }: Command): Promise<PreparedWork> {
    const { config } = application.parsed;
    if (!work) return { config, source: application.source, options: options ?? {} };
    const drift = (): Promise<DriftReport> => reportDrift(services, createSteps(), ENVIRONMENT);
    if (work.kind === 'repair' && !hasDrift(await drift())) throw new NothingToDo();
    const made = await prepareWork(work, stores, { file: config, autoApprove: true, drift });
    return { ...made, options: { ...options, ...made.options } };
  }

  const deployer: Deployer = {
    example,

    async hand(ground, group) {
      await connect(ground);
      return handOf(current.azure.arm, group);
    },

    async state(ground) {
      const { stores } = await connect(ground);
      return (await stores.state.read()).value;
    },

    underWay: () => session.underWay - (session.underWay > 0 ? session.heldBack() : 0),
    transportTo: (simulator) => during(session, createTransport({ routes: routesTo(simulator) })),

    async deploy(simulator, directory, application = usual) {
      const { ended } = await deployer.begin({ simulator, directory }, { application });
      const outcome = await ended;
      if (!outcome) throw new Error('the run ended without a summary');
      return outcome;
    },

    async begin(ground, command = {}) {
      const opened = await open(ground, command);
      const { host } = opened;
      try {
        const { config, source, options, isNew } = await prepared(opened, command);
        const { runId } = await startRun(
          services,
          { kind: 'exclusive', engine: embeddedEngine(host) },
          {
            environment: ENVIRONMENT,
            config,
            options: { ...NO_OPTIONS, autoApprove: true, ...options },
            source,
            waits: false,
            resetsState: false,
            trigger: 'cli',
            by: services.holder,
            ...(isNew && { isNew }),
          },
        );
        return follow(opened, runId);
      } catch (error) {
        await host.stop({ graceInMs: 0 });
        throw error;
      }
    },

    async goOn(ground, command = {}) {
      const opened = await open(ground, command);
      const [runId] = embeddedEngine(opened.host).unfinished();
      if (runId !== undefined) return follow(opened, runId);
      await opened.host.stop({ graceInMs: 0 });
      return undefined;
    },
  };
  return deployer;
}

/** Counts what is under way. After the end of the session nothing is sent, and nothing is answered. */
function during(session: Session, transport: HttpClient): HttpClient {
  const never = new Promise<never>(() => undefined);
  return {
    async sendRequest(request) {
      if (session.isDead) return await never;
      session.underWay += 1;
      try {
        return await transport.sendRequest(request);
      } finally {
        if (session.isDead) await never;
        session.underWay -= 1;
      }
    },
  };
}

async function outcomeOf({ runs, state }: EnvironmentStores, runId: string): Promise<Outcome | undefined> {
  const summary = await runs.summary(runId);
  return summary && { summary, state: (await state.read()).value, plan: await runs.plan(runId) };
}
