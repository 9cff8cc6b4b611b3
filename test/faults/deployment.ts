import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { parse, stringify } from 'yaml';
import { createApp, registerApp } from '../../src/app.ts';
import { cloudEndpoints } from '../../src/azure/clouds.ts';
import { connectAzure } from '../../src/azure/connect.ts';
import { clientSecretCredential } from '../../src/azure/credentials.ts';
import type { Azure } from '../../src/azure/ports.ts';
import { embeddedEngine } from '../../src/cli/local/embedded-engine.ts';
import { createSecretSource } from '../../src/cli/local/secret-source.ts';
import type { ParsedConfig } from '../../src/domain/config/model.ts';
import { parseConfig } from '../../src/domain/config/parse.ts';
import { createMasker } from '../../src/domain/masking.ts';
import type { Plan } from '../../src/domain/plan-schema.ts';
import { NO_OPTIONS, type RunSummary } from '../../src/domain/run.ts';
import type { EnvironmentState } from '../../src/domain/state.ts';
import type { Services } from '../../src/engine/services.ts';
import { createTransport } from '../../src/outbound/transport.ts';
import { startRun } from '../../src/runs/start-run.ts';
import { openHost } from '../../src/runtime/host.ts';
import { type FunctionsWorker, loadFunctions } from '../../src/runtime/worker.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { openSource } from '../../src/source/source-tree.ts';
import { openFileRunStore } from '../../src/state/file/run-store.ts';
import { openFileStateStore } from '../../src/state/file/state-store.ts';
import type { EnvironmentStores } from '../../src/state/ports.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/draftgenie', import.meta.url));
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
}

/** The example, without the services that add nothing. */
async function example(): Promise<Application> {
  const document = parse(await readFile(join(EXAMPLE, 'config.yaml'), 'utf8'));
  for (const key of LEFT_OUT) {
    delete document.services[key];
    delete document.docker.dockerfiles[key];
    // The gateway would look for it.
    document.services.api_gateway.env = { ...document.services.api_gateway.env, [`${key.toUpperCase()}_URL`]: null };
  }
  const result = parseConfig(stringify({ ...document, defaults: 'draftgenie' }));
  if (!result.ok) throw new Error(`the example is broken: ${JSON.stringify(result.problems)}`);
  return { parsed: result.parsed, source: EXAMPLE };
}

export async function createDeployer(): Promise<Deployer> {
  const usual = await example();
  let underWay = 0;
  let heldBack = (): number => 0;
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

  function counted(transport: HttpClient): HttpClient {
    return {
      async sendRequest(request) {
        underWay += 1;
        try {
          return await transport.sendRequest(request);
        } finally {
          underWay -= 1;
        }
      },
    };
  }

  return {
    underWay: () => underWay - heldBack(),
    transportTo: (simulator) => counted(createTransport({ connectTo: simulator })),
    async deploy(simulator, directory, { parsed, source } = usual) {
      heldBack = () => simulator.unfinished();
      const secrets = createSecretSource(parsed, {}, true);
      const masker = createMasker(secrets.known);
      const cloud = cloudEndpoints('AzureCloud');
      const transport = counted(createTransport({ connectTo: simulator }));
      const credential = await clientSecretCredential(simulator, cloud, transport);
      const stores = {
        state: openFileStateStore({ path: join(directory, 'state.json'), environment: ENVIRONMENT, directory }),
        runs: openFileRunStore({ directory }),
      };
      const azure = connectAzure({ cloud, credential, transport, keepSecret: (secret) => masker.add(secret) });
      current = { azure, stores, secrets, mask: (text) => masker.mask(text) };
      const host = await openHost({ directory, worker, defaultVersion: '1.1' });
      try {
        const { runId } = await startRun(
          services,
          { kind: 'exclusive', engine: embeddedEngine(host) },
          {
            environment: ENVIRONMENT,
            config: parsed.config,
            options: { ...NO_OPTIONS, autoApprove: true },
            source,
            waits: false,
            resetsState: false,
            trigger: 'cli',
            by: services.holder,
          },
        );
        host.start();
        await host.completion(runId);
        const summary = await stores.runs.summary(runId);
        if (!summary) throw new Error('the run ended without a summary');
        return { summary, state: (await stores.state.read()).value, plan: await stores.runs.plan(runId) };
      } finally {
        await host.stop({ graceInMs: 0 });
      }
    },
  };
}
