import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { type ActivityName, createActivities } from '../../../src/activities/activities.ts';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import { createSecretSource } from '../../../src/cli/local/secret-source.ts';
import type { ParsedConfig } from '../../../src/domain/config/model.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { createMasker } from '../../../src/domain/masking.ts';
import type { EnvironmentState } from '../../../src/domain/state.ts';
import type { Services } from '../../../src/engine/services.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import type { LoggedRequest } from '../../../src/simulator/request-log.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import { openSource } from '../../../src/source/source-tree.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { createGate, type Gate } from './gate.ts';

/** The folder of the example application. */
export const EXAMPLE = fileURLToPath(new URL('../../../examples/draftgenie', import.meta.url));
/** They take the same ways as the others. */
const LEFT_OUT = ['rag_service', 'evaluation_service'];
const ENVIRONMENT = 'default';

export type Answer = { readonly kind: string; readonly retryAfterInSeconds?: number };
/** As the orchestration of a run passes it. */
export interface Input {
  readonly environment: string;
  readonly runId: string;
  readonly callNumber?: number;
}

/** One copy of an activity: its process, which shares nothing with others but Azure and the stores. */
export interface Copy {
  readonly gate: Gate;
  call(activity: ActivityName, input: Input): Promise<Answer>;
}

/** A cloud and stores that can be set back to where they were. */
export interface Bench {
  readonly simulator: Simulator;
  readonly clock: Clock;
  readonly requests: () => readonly LoggedRequest[];
  readonly cloud: () => CloudState;
  copy(holdAt?: number): Promise<Copy>;
  /** What a process works with. */
  services(gate: Gate, own?: Partial<Services>): Promise<Services>;
  state(): Promise<EnvironmentState>;
  pass(seconds: number): void;
  snapshot(): Promise<Snapshot>;
}

export interface Snapshot {
  restore(): Promise<void>;
}

/**
 * The example, with a variable of its gateway that tells one release from another.
 *
 * @param more keys of the file beside those of the example
 */
export async function exampleOf(release: string, more: object = {}): Promise<ParsedConfig> {
  const document = parse(await readFile(join(EXAMPLE, 'config.yaml'), 'utf8'));
  const gateway = document.services.api_gateway;
  gateway.env = { ...gateway.env, RELEASE: release };
  for (const key of LEFT_OUT) {
    delete document.services[key];
    delete document.docker.dockerfiles[key];
    gateway.env[`${key.toUpperCase()}_URL`] = null;
  }
  const result = parseConfig(stringify({ ...document, ...more, defaults: 'draftgenie' }));
  if (!result.ok) throw new Error(`the example is broken: ${JSON.stringify(result.problems)}`);
  return result.parsed;
}

export async function createBench(): Promise<Bench> {
  const parsed = await exampleOf('one');
  let now = Date.now();
  const clock = { now: () => new Date(now) };
  const simulator: Simulator = await startSimulator({ profile: 'instant', clock });
  onTestFinished(() => simulator.close());
  // Of all copies: thousands of them would have more open than a process may.
  const connections = createTransport({ connectTo: simulator });
  const home = await tempDirectory();
  const secrets = createSecretSource(parsed, {}, true);
  let directory = join(home, 'first');

  async function servicesOf(gate: Gate, own: Partial<Services> = {}): Promise<Services> {
    const cloud = cloudEndpoints('AzureCloud');
    const transport = gate.azure(connections);
    const credential = await clientSecretCredential(simulator, cloud, connections);
    const masker = createMasker(secrets.known);
    const azure = connectAzure({ cloud, credential, transport, keepSecret: (secret) => masker.add(secret) });
    const stores = gate.stores(fileStorage(directory, clock).environment(ENVIRONMENT));
    return {
      clock,
      holder: 'somebody@here',
      engine: 'functions:app',
      version: '0.0.0-test',
      approvalTimeoutInSeconds: 3600,
      secrets,
      stores: () => stores,
      azure: async () => azure,
      source: async (reference) => (reference === null ? undefined : await openSource(reference)),
      gitSource: () => {
        throw new Error('the example is no git source');
      },
      mask: (text) => masker.mask(text),
      observe: () => undefined,
      activitiesMayOverlap: true,
      ...own,
    };
  }

  return {
    simulator,
    clock,
    services: servicesOf,
    requests: simulator.requests,
    cloud: simulator.state,
    async copy(holdAt = 0) {
      const gate = createGate(holdAt);
      const activities = createActivities(await servicesOf(gate));
      return { gate, call: async (name, input) => (await activities[name](input as never)) as Answer };
    },
    state: async () => (await fileStorage(directory, clock).environment(ENVIRONMENT).state.read()).value,
    pass(seconds) {
      now += seconds * 1000;
    },
    async snapshot() {
      const cloud = structuredClone(simulator.state());
      const [kept, at] = [join(home, crypto.randomUUID()), now];
      await cp(directory, kept, { recursive: true });
      return {
        async restore() {
          now = at;
          simulator.change((state) => {
            for (const key of Object.keys(state)) if (!(key in cloud)) delete (state as never)[key];
            Object.assign(state, structuredClone(cloud));
          });
          const before = directory;
          directory = join(home, crypto.randomUUID());
          await cp(kept, directory, { recursive: true });
          if (!before.endsWith('first')) await rm(before, { recursive: true, force: true });
        },
      };
    },
  };
}
