import { join } from 'node:path';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import type { RunEvent } from '../../../src/domain/events.ts';
import type { Known, StepInput } from '../../../src/domain/function-names.ts';
import { createMasker } from '../../../src/domain/masking.ts';
import type { StepAnswer } from '../../../src/domain/run.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import type { Services } from '../../../src/engine/services.ts';
import type { Step, StepContext, StepResult } from '../../../src/engine/step.ts';
import { performStep } from '../../../src/perform/perform-step.ts';
import { openFileRunStore } from '../../../src/state/file/run-store.ts';
import { openFileStateStore } from '../../../src/state/file/state-store.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { tempDirectory } from '../../helpers/temp.ts';

export const RUN = 'default-01M8434Z00VB7SSV72CDKWWDXY';
export const DONE: StepResult = { kind: 'completed', outputs: { workspaceId: 'w' } };

export const FAILED = {
  status: 'failed',
  timestamp: 't',
  dependency_hash: null,
  dependencies: {},
  outputs: {},
  metadata: {},
} as const;

export interface Bench {
  readonly directory: string;
  readonly services: Services;
  readonly events: RunEvent[];
  readonly calls: StepContext[];
  /** Calls the activity of create_monitoring, whose `run` does what the test says. */
  call(callNumber: number, run: (context: StepContext) => Promise<StepResult>, known?: Known): Promise<StepAnswer>;
  pass(seconds: number): void;
}

export async function bench(overrides: Partial<DeploymentConfig> = {}): Promise<Bench> {
  const directory = await tempDirectory();
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock = { now: () => new Date(now) };
  const state = openFileStateStore({ path: join(directory, 'state.json'), environment: 'default', directory, clock });
  const runs = openFileRunStore({ directory });
  const events: RunEvent[] = [];
  const calls: StepContext[] = [];
  const services: Services = {
    clock,
    holder: 'me',
    engine: 'local:1',
    version: '1',
    approvalTimeoutInSeconds: 60,
    secrets: { literal: () => undefined, environment: () => undefined },
    stores: () => ({ state, runs }),
    azure: async () => fakeAzure().azure,
    source: async () => undefined,
    gitSource: () => {
      throw new Error('no repository is named');
    },
    mask: (text) => createMasker(['hush-hush']).mask(text),
    observe: (event) => events.push(event),
  };
  const configDigest = await runs.putConfig(deploymentConfig(overrides));
  await runs.create({
    runId: RUN,
    environment: 'default',
    requestedAt: clock.now().toISOString(),
    requestedBy: 'me',
    configDigest,
    options: { ...NO_OPTIONS, autoApprove: true },
    source: null,
    requestDigest: 'r',
    productVersion: '1',
    trigger: 'cli',
    engine: 'local:1',
    waits: false,
    adoptsOperationsOf: null,
  });
  await acquireLock(state, {
    runId: RUN,
    holder: 'me',
    engine: 'local:1',
    step: null,
    wakeBy: new Date(now + 600_000).toISOString(),
  });
  return {
    directory,
    services,
    events,
    calls,
    pass: (seconds) => {
      now += seconds * 1000;
    },
    call(callNumber, run, known) {
      const step: Step = {
        name: 'create_monitoring',
        desire: () => [],
        run(context) {
          calls.push(context);
          return run(context);
        },
      };
      const input: StepInput = { environment: 'default', runId: RUN, step: step.name, callNumber };
      return performStep(services, step)({ ...input, ...(known && { known }) });
    },
  };
}

export async function stateOf({ services }: Bench) {
  return (await services.stores('default').state.read()).value;
}

export function types({ events }: Bench): readonly string[] {
  return events.map(({ type }) => type);
}
