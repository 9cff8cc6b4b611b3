import { randomUUID } from 'node:crypto';
import { withFence } from '../azure/connect.ts';
import type { RunInput } from '../domain/function-names.ts';
import type { EnvironmentState, Lock } from '../domain/state.ts';
import type { Services } from '../engine/services.ts';
import type { EnvironmentStores, RunStore, StateStore } from '../state/ports.ts';
import { LockLost, updateState } from '../state/update-state.ts';

type Activity<Input, Answer> = (input: Input) => Promise<Answer>;

/** What changes something of a run. */
const WRITES = ['create', 'writeSummary', 'writePlan', 'writeMemory', 'writeAnswer', 'appendEvents'] as const;

/**
 * An activity of which only the copy that began last has an effect. A host that delivers at least once may deliver an activity that
 * still runs: the Durable Task Scheduler after its own time limit (https://github.com/Azure-Samples/Durable-Task-Scheduler/issues/331),
 * queues when the visibility of a message runs out. Each copy writes its mark into the lock of the environment first; whoever
 * finds another mark there writes nothing more, to Azure, the state or the run, and rejects with LockLost. What such a copy had
 * done by then is what a killed one would have left.
 */
export function inOneCopy<Input extends RunInput, Answer>(
  services: Services,
  name: string,
  create: (services: Services) => Activity<Input, Answer>,
): Activity<Input, Answer> {
  if (!services.activitiesMayOverlap) return create(services);
  return async (input) => await create(await servicesOfCopy(services, name, input))(input);
}

async function servicesOfCopy(services: Services, name: string, { environment, runId }: RunInput): Promise<Services> {
  const stores = services.stores(environment);
  const mark = await leaveMark(stores.state, name, runId);
  const guarded: EnvironmentStores = {
    state: guardedState(stores.state, mark),
    runs: guardedRuns(stores, mark),
  };
  const fence = async (): Promise<void> => mark.require((await stores.state.read()).value.lock);
  return {
    ...services,
    stores: (other) => (other === environment ? guarded : services.stores(other)),
    azure: async (config) => withFence(await services.azure(config), fence),
  };
}

/** The mark of one copy in the lock of its run. */
interface Mark {
  /** Throws LockLost unless the mark stands there; a run that does not have the lock has no mark. */
  require(lock: Lock | null): void;
  /** What is written, with the mark where the lock is the run's own, whether it takes it now or has it. */
  keep(state: EnvironmentState): EnvironmentState;
}

async function leaveMark(state: StateStore, name: string, runId: string): Promise<Mark> {
  const token = randomUUID();
  let isLeft = false;
  const mark: Mark = {
    require(lock) {
      const isOurs = lock?.runId === runId && lock.copies?.[name] === token;
      if (isLeft && !isOurs) throw new LockLost(`a copy of ${name}`, lock);
    },
    keep(written) {
      const { lock } = written;
      isLeft = lock?.runId === runId;
      return isLeft && lock ? { ...written, lock: { ...lock, copies: { ...lock.copies, [name]: token } } } : written;
    },
  };
  await updateState(state, mark.keep);
  return mark;
}

function guardedState(state: StateStore, mark: Mark): StateStore {
  /** Who had the lock in the documents that were read. */
  const locks = new Map<string | null, Lock | null>();
  return {
    ...state,
    async read() {
      const found = await state.read();
      locks.set(found.etag, found.value.lock);
      return found;
    },
    async write(value, etag) {
      // What is compared and swapped is the document that this lock was read from.
      mark.require(locks.has(etag) ? (locks.get(etag) ?? null) : (await state.read()).value.lock);
      const written = await state.write(mark.keep(value), etag);
      locks.set(written.etag, written.value.lock);
      return written;
    },
    async keepHistory(runId, entry) {
      mark.require((await state.read()).value.lock);
      await state.keepHistory(runId, entry);
    },
  };
}

function guardedRuns({ state, runs }: EnvironmentStores, mark: Mark): RunStore {
  const guarded = (name: (typeof WRITES)[number]) => {
    const write = runs[name] as (...args: readonly unknown[]) => Promise<void>;
    return async (...args: readonly unknown[]): Promise<void> => {
      mark.require((await state.read()).value.lock);
      await write(...args);
    };
  };
  return { ...runs, ...Object.fromEntries(WRITES.map((name) => [name, guarded(name)])) };
}
