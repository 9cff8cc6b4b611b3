import { join } from 'node:path';
import { type Clock, systemClock } from '../shared/clock.ts';
import type { Json } from '../shared/json.ts';
import { type Logger, silentLogger } from '../shared/logger.ts';
import { acquireOsLock } from '../shared/os-lock.ts';
import { createDispatcher } from './dispatcher.ts';
import { EventType, historyEvent, jsonText } from './history.ts';
import {
  applyRecord,
  hasEnded,
  type Instance,
  type Instances,
  type JournalRecord,
  type RuntimeStatus,
  withDescendants,
} from './instance.ts';
import { compactJournal, openJournal } from './journal.ts';
import { newInstance } from './turn.ts';
import type { FunctionsWorker } from './worker.ts';

export interface OrchestrationStatus {
  readonly instanceId: string;
  readonly name: string;
  readonly runtimeStatus: RuntimeStatus;
  readonly input: Json;
  readonly output: Json;
  readonly customStatus: Json;
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
}

/** The durable engine of one directory, with the functions of this process. */
export interface EmbeddedHost {
  /** Every orchestration that was started from outside, as the journal has it; also before start(). */
  instances(): readonly OrchestrationStatus[];
  status(instanceId: string): OrchestrationStatus | undefined;
  /** Resolves when the start is on disk. A running id is refused; one that has ended is replaced. */
  startNew(name: string, options: { readonly instanceId: string; readonly input: Json }): Promise<void>;
  raiseEvent(instanceId: string, name: string, data: Json): Promise<void>;
  /** Ends the instance and every sub-orchestration below it, also before start(). */
  terminate(instanceId: string, reason: string): Promise<void>;
  purge(instanceId: string): Promise<void>;
  /** Begins to work: interrupted activities run again, timers are set, what waits is taken up. */
  start(): void;
  /** Resolves when the instance has ended; rejects with the signal's reason. */
  completion(instanceId: string, signal?: AbortSignal): Promise<OrchestrationStatus>;
  /** Stops working, waits up to graceInMs for activities that run, and lets the directory go. */
  stop(options?: { readonly graceInMs?: number }): Promise<void>;
}

export interface HostOptions {
  readonly directory: string;
  readonly worker: FunctionsWorker;
  /** Version of new orchestrations. */
  readonly defaultVersion?: string;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Said to whoever finds the directory locked. */
  readonly holder?: string;
  readonly activityTimeoutInMs?: number;
  readonly maxConcurrentActivities?: number;
}

/** File in the directory that is locked while its engine is open. */
export const ENGINE_LOCK = 'engine.lock';

/** Above this the journal is rewritten when it is opened. */
const COMPACT_ABOVE_BYTES = 1024 * 1024;
const DEFAULT_ACTIVITY_TIMEOUT_IN_MS = 10 * 60 * 1000;
const DEFAULT_CONCURRENT_ACTIVITIES = 10;

/** Opens the journal of a directory. Throws LockHeld while another process has it open. */
export async function openHost(options: HostOptions): Promise<EmbeddedHost> {
  const { directory, worker, clock = systemClock, logger = silentLogger, defaultVersion = '' } = options;
  const lock = await acquireOsLock(join(directory, ENGINE_LOCK), options.holder ? { holder: options.holder } : {});
  const { instances, journal } = await load(directory).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const waiting = new Map<string, (() => void)[]>();

  /** Applied at once, so that decisions are made on what is true; acted upon only when it is on disk. */
  async function commit(record: JournalRecord): Promise<void> {
    applyRecord(instances, record);
    await journal.append(record);
    notify();
  }

  function notify(): void {
    for (const [instanceId, resolvers] of waiting) {
      const instance = instances.get(instanceId);
      if (instance && !hasEnded(instance)) continue;
      waiting.delete(instanceId);
      for (const resolve of resolvers) resolve();
    }
  }

  const dispatcher = createDispatcher({
    instances,
    commit,
    worker,
    clock,
    logger,
    activityTimeoutInMs: options.activityTimeoutInMs ?? DEFAULT_ACTIVITY_TIMEOUT_IN_MS,
    maxConcurrentActivities: options.maxConcurrentActivities ?? DEFAULT_CONCURRENT_ACTIVITIES,
  });
  const now = (): string => clock.now().toISOString();

  return {
    instances: () => [...instances.values()].filter(({ parent }) => parent === null).map(statusOf),
    status: (instanceId) => {
      const instance = instances.get(instanceId);
      return instance && statusOf(instance);
    },

    async startNew(name, { instanceId, input }) {
      const existing = instances.get(instanceId);
      if (existing && !hasEnded(existing)) throw new Error(`the orchestration ${instanceId} is running already`);
      if (existing) await commit({ type: 'purge', instanceId });
      const start = newInstance({ instanceId, name, version: defaultVersion, input, parent: null }, now());
      await commit({ type: 'start', start });
      dispatcher.wake(instanceId);
    },

    async raiseEvent(instanceId, name, data) {
      const event = historyEvent(EventType.eventRaised, now(), { Name: name, Input: jsonText(data) });
      await commit({ type: 'message', message: { instanceId, event }, at: now() });
      dispatcher.wake(instanceId);
    },

    terminate: (instanceId, reason) => commit({ type: 'terminate', instanceId, reason, at: now() }),
    purge: (instanceId) => commit({ type: 'purge', instanceId }),
    start: () => dispatcher.start(),

    async completion(instanceId, signal) {
      signal?.throwIfAborted();
      const instance = instances.get(instanceId);
      if (!instance) throw new Error(`there is no orchestration ${instanceId}`);
      if (!hasEnded(instance)) {
        await new Promise<void>((resolve, reject) => {
          waiting.set(instanceId, [...(waiting.get(instanceId) ?? []), resolve]);
          dispatcher.whenBroken(reject);
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      }
      return statusOf(instance);
    },

    async stop({ graceInMs = 5000 } = {}) {
      await dispatcher.stop(graceInMs);
      await journal.close();
      await lock.release();
    },
  };
}

async function load(
  directory: string,
): Promise<{ instances: Instances; journal: Awaited<ReturnType<typeof openJournal>>['journal'] }> {
  const opened = await openJournal(directory);
  const instances: Instances = new Map();
  for (const record of opened.records) applyRecord(instances, record);
  if (opened.bytes < COMPACT_ABOVE_BYTES) return { instances, journal: opened.journal };
  await opened.journal.close();
  dropEnded(instances);
  await compactJournal(
    directory,
    [...instances.values()].map((instance) => ({ type: 'snapshot', instance })),
  );
  return { instances, journal: (await openJournal(directory)).journal };
}

/** What has ended is kept in the stores of whoever started it; the engine needs only what still runs. */
function dropEnded(instances: Instances): void {
  for (const root of [...instances.values()].filter(({ parent }) => parent === null)) {
    if (!hasEnded(root)) continue;
    for (const { instanceId } of withDescendants(instances, root.instanceId)) instances.delete(instanceId);
  }
}

function statusOf(instance: Instance): OrchestrationStatus {
  const { instanceId, name, status, input, output, customStatus, createdAt, updatedAt } = instance;
  return {
    instanceId,
    name,
    runtimeStatus: status,
    input,
    output,
    customStatus,
    createdTime: createdAt,
    lastUpdatedTime: updatedAt,
  };
}
