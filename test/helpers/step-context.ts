import type { Azure } from '../../src/azure/ports.ts';
import type { DesiredResource } from '../../src/domain/desired.ts';
import type { Ownership } from '../../src/domain/ownership/ownership.ts';
import type { RunOptions } from '../../src/domain/run.ts';
import { NO_OPTIONS } from '../../src/domain/run.ts';
import { emptyState } from '../../src/domain/state.ts';
import type { StepName } from '../../src/domain/steps.ts';
import { openMemory } from '../../src/engine/memory.ts';
import type { Services } from '../../src/engine/services.ts';
import type { StepContext } from '../../src/engine/step.ts';
import { adoptOperations } from '../../src/perform/adopt-operations.ts';
import { createStepLedger, type StepLedger } from '../../src/perform/step-ledger.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { acquireLock } from '../../src/state/lock.ts';
import type { EnvironmentStores, StateStore, StepMemoryRecord } from '../../src/state/ports.ts';
import { updateState } from '../../src/state/update-state.ts';
import { deploymentConfig } from './deployment-config.ts';
import { desireInput } from './desire-input.ts';
import { fileStorage } from './file-storage.ts';
import { tempDirectory } from './temp.ts';

interface RecordedResource {
  readonly resource: DesiredResource;
  readonly created: boolean;
  readonly ownership: Ownership;
}

export interface TestContext extends StepContext {
  readonly told: string[];
  readonly logged: string[];
  readonly recorded: RecordedResource[];
  /** On disk. What a later call of this run finds there, and the run that takes over from it. */
  readonly stores: EnvironmentStores;
  readonly ledger: StepLedger;
  /** What the step remembers, as it is on disk. */
  remembered(): Promise<StepMemoryRecord>;
  /** Moves the clock. */
  pass(seconds: number): void;
}

export interface ContextOptions extends Partial<StepContext> {
  /** Whose memory and record it is; any step where no record is looked at. */
  readonly step?: StepName;
  /** Outputs of earlier steps. */
  readonly known?: Readonly<Record<string, string>>;
  /** Those of an earlier context; without, new ones with `state` in them. */
  readonly stores?: EnvironmentStores;
  /** The run that this one takes over from, in the same stores. */
  readonly adoptsOperationsOf?: string;
}

const OPTIONS: RunOptions = { ...NO_OPTIONS, autoApprove: true };

/** `default-01JD…`, in the order of the numbers. */
export function runIdOf(number: number): string {
  return `default-01JD${String(number).padStart(22, '0')}`;
}

/** What a step gets in one call: real stores, memory and ledger below a directory of the test's. */
export async function stepContext(azure: Azure, options: ContextOptions = {}): Promise<TestContext> {
  const { step = 'create_monitoring', known, stores: given, adoptsOperationsOf, ...rest } = options;
  const { runId = runIdOf(0), reason = { text: 'never run', forced: false } } = rest;
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  const clock = rest.clock ?? { now: () => new Date(now) };
  const stores = given ?? fileStorage(await tempDirectory(), clock).environment('default');
  if (!given && rest.state) await updateState(stores.state, () => rest.state ?? emptyState('default'));
  if (adoptsOperationsOf !== undefined) await adoptOperations(stores.runs, adoptsOperationsOf, runId);
  const { fence, known: locked } = await takeLock(stores.state, runId);
  const { value: state } = locked;
  const memory = await openMemory(stores.runs, runId, step);
  const services = servicesOn(azure, stores, clock);
  const ledger = createStepLedger({ services, store: stores.state, step, runId, fence: { runId, fence }, memory });
  if (ledger.startedInCall() === undefined) await ledger.start({ ...reason, dependencies: {} }, 1);
  const told: string[] = [];
  const logged: string[] = [];
  const recorded: RecordedResource[] = [];
  return {
    runId,
    environment: 'default',
    config: deploymentConfig(),
    options: OPTIONS,
    outputs: desireInput(known).outputs,
    previous: state.steps[step],
    azure,
    source: undefined,
    secrets: services.secrets,
    memory,
    clock,
    reason,
    recordResource(resource, created, ownership) {
      recorded.push({ resource, created, ownership });
      ledger.recordResource(resource, created, ownership);
    },
    recordLeftBehind: (key) => ledger.recordLeftBehind(key),
    recordRemoval: (id) => ledger.recordRemoval(id),
    plannedRemovals: async () => [],
    amendStep: (other, change) => ledger.amendStep(other, change),
    progress: (message) => told.push(message),
    log: (level, message) => logged.push(`${level}: ${message}`),
    toldDurably: async () => undefined,
    ...rest,
    state,
    told,
    logged,
    recorded,
    stores,
    ledger,
    remembered: () => stores.runs.memory(runId, step),
    pass: (seconds) => {
      now += seconds * 1000;
    },
  };
}

/** Whoever held it before is gone. */
async function takeLock(store: StateStore, runId: string): ReturnType<typeof acquireLock> {
  const known = await store.read();
  const { lock } = known.value;
  return await acquireLock(store, {
    runId,
    holder: 'test',
    engine: 'local:test',
    step: null,
    wakeBy: new Date(store.now().getTime() + 600_000).toISOString(),
    ...(lock && { goneFence: lock.fence }),
    known,
  });
}

function servicesOn(azure: Azure, stores: EnvironmentStores, clock: Clock): Services {
  return {
    clock,
    holder: 'test',
    engine: 'local:test',
    version: 'test',
    approvalTimeoutInSeconds: 3600,
    secrets: { literal: () => 'given', environment: () => undefined },
    stores: () => stores,
    azure: async () => azure,
    source: async () => undefined,
    gitSource: () => {
      throw new Error('the test names no repository');
    },
    mask: (text) => text,
    observe: () => undefined,
  };
}
