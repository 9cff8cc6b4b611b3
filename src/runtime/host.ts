import { join } from 'node:path';
import { type Clock, systemClock } from '../shared/clock.ts';
import type { Json } from '../shared/json.ts';
import { LIMITS } from '../shared/limits.ts';
import { type Logger, silentLogger } from '../shared/logger.ts';
import { acquireOsLock } from '../shared/os-lock.ts';
import { applyRecord } from './durable/apply-record.ts';
import { createCompletions } from './durable/completions.ts';
import { createDispatcher } from './durable/dispatcher.ts';
import { forgetEnded } from './durable/forget-ended.ts';
import { EventType, type HistoryEvent, historyEvent, jsonText } from './durable/history.ts';
import { hasEnded, type Instance } from './durable/instance.ts';
import { InstanceTable } from './durable/instance-table.ts';
import { type Journal, openJournal } from './durable/journal.ts';
import type { JournalRecord } from './durable/journal-record.ts';
import {
  type InstancePage,
  type InstanceQuery,
  matches,
  type OrchestrationStatus,
  queryInstances,
  statusOf,
} from './durable/orchestration-status.ts';
import { newInstance } from './durable/turn.ts';
import { isMatch, type VersionMatchStrategy } from './durable/version-match.ts';
import type { FunctionsWorker } from './worker.ts';

/** An instance of that id is there and has not ended. */
export class InstanceRunning extends Error {
  override readonly name = 'InstanceRunning';
}

/** The durable engine of one directory, with the functions of this process. */
export interface EmbeddedHost {
  /** Every orchestration that was started from outside, as the journal has it; also before start(). */
  instances(): readonly OrchestrationStatus[];
  status(instanceId: string): OrchestrationStatus | undefined;
  /** The history of the current execution; undefined when there is no such instance. */
  history(instanceId: string): readonly HistoryEvent[] | undefined;
  /** One page of the instances that match, sub-orchestrations included, in the order of their ids. */
  query(query: InstanceQuery): InstancePage;
  /**
   * Resolves when the start is on disk. An instance that has ended is replaced.
   * @throws InstanceRunning
   */
  startNew(
    name: string,
    options: { readonly instanceId: string; readonly input: Json; readonly version?: string },
  ): Promise<void>;
  raiseEvent(instanceId: string, name: string, data: Json): Promise<void>;
  /** Ends the instance and every sub-orchestration below it, also before start(). */
  terminate(instanceId: string, reason: string): Promise<void>;
  /** Takes no turn until it is resumed; activities that run are finished and their results wait. */
  suspend(instanceId: string, reason: string): Promise<void>;
  resume(instanceId: string, reason: string): Promise<void>;
  /** Lets a failed instance go on: what failed in it and below it runs again. Others are left alone. */
  rewind(instanceId: string, reason: string): Promise<void>;
  purge(instanceId: string): Promise<void>;
  /** Purges the instances that have ended and match; answers how many. */
  purgeWhere(query: InstanceQuery): Promise<number>;
  /** Begins to work: interrupted activities run again, timers are set, waiting messages are processed. */
  start(): void;
  /** Resolves when the instance has ended; rejects with the signal's reason. */
  completion(instanceId: string, signal?: AbortSignal): Promise<OrchestrationStatus>;
  /** Stops working, waits up to graceInMs for running activities, and unlocks the directory. */
  stop(options?: { readonly graceInMs?: number }): Promise<void>;
}

export interface HostOptions {
  readonly directory: string;
  readonly worker: FunctionsWorker;
  /** Version of new orchestrations. */
  readonly defaultVersion?: string;
  readonly versionMatchStrategy?: VersionMatchStrategy;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Names this process to another one that finds the directory locked. */
  readonly holder?: string;
  /** A journal that is longer is replaced by what still runs and what ended last; default a megabyte. */
  readonly compactAboveBytes?: number;
}

/** File in the directory that is locked while its engine is open. */
export const ENGINE_LOCK = 'engine.lock';

const ACTIVITY_TIMEOUT_IN_MS = 10 * 60 * 1000;
const MAX_CONCURRENT_ACTIVITIES = 10;

/** Opens the journal of a directory. Throws LockHeld while another process has it open. */
export async function openHost(options: HostOptions): Promise<EmbeddedHost> {
  const { directory, worker, clock = systemClock, logger = silentLogger } = options;
  const { defaultVersion = '', versionMatchStrategy = 'None' } = options;
  const lock = await acquireOsLock(join(directory, ENGINE_LOCK), options.holder ? { holder: options.holder } : {});
  const { instances, journal } = await load(
    directory,
    options.compactAboveBytes ?? LIMITS.journalBytes.value,
    logger,
  ).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const completions = createCompletions();

  /** Applied at once, so that decisions see the newest state; acted upon only when it is on disk. */
  async function commit(record: JournalRecord): Promise<void> {
    const touched = touchedBy(instances, record);
    applyRecord(instances, record);
    await journal.append(record);
    for (const instance of touched)
      if (hasEnded(instance) || !isKnown(instance)) completions.ended(instance.instanceId);
  }

  function isKnown(instance: Instance): boolean {
    return instances.get(instance.instanceId) === instance;
  }

  const dispatcher = createDispatcher({
    instances,
    commit,
    onBroken: (error) => completions.break(error),
    worker,
    clock,
    logger,
    activityTimeoutInMs: ACTIVITY_TIMEOUT_IN_MS,
    maxConcurrentActivities: MAX_CONCURRENT_ACTIVITIES,
    takesVersion: (version) => isMatch(versionMatchStrategy, defaultVersion, version),
  });
  const now = (): string => clock.now().toISOString();
  let stopped: Promise<void> | undefined;

  async function stop(graceInMs: number): Promise<void> {
    await dispatcher.stop(graceInMs);
    await journal.close();
    await lock.release();
  }

  return {
    instances: () => [...instances.values()].filter(({ parent }) => parent === null).map(statusOf),
    status: (instanceId) => {
      const instance = instances.get(instanceId);
      return instance && statusOf(instance);
    },

    history: (instanceId) => instances.get(instanceId)?.history,
    query: (query) => queryInstances(instances, query),

    async startNew(name, { instanceId, input, version = defaultVersion }) {
      const existing = instances.get(instanceId);
      if (existing && !hasEnded(existing)) {
        throw new InstanceRunning(`the orchestration ${instanceId} is running already`);
      }
      // Both records are applied before the first await, so of two concurrent starts the second finds the first.
      const purged = existing && commit({ type: 'purge', instanceId });
      const start = newInstance({ instanceId, name, version, input, parent: null }, now());
      const started = commit({ type: 'start', start });
      await Promise.all([purged, started]);
      dispatcher.wake(instanceId);
    },

    async raiseEvent(instanceId, name, data) {
      const event = historyEvent(EventType.eventRaised, now(), { Name: name, Input: jsonText(data) });
      await commit({ type: 'message', message: { instanceId, event }, at: now() });
      dispatcher.wake(instanceId);
    },

    terminate: (instanceId, reason) => commit({ type: 'terminate', instanceId, reason, at: now() }),
    suspend: (instanceId, reason) => commit({ type: 'suspend', instanceId, reason, at: now() }),

    async resume(instanceId, reason) {
      await commit({ type: 'resume', instanceId, reason, at: now() });
      dispatcher.wake(instanceId);
    },

    async rewind(instanceId, reason) {
      await commit({ type: 'rewind', instanceId, reason, at: now() });
      for (const instance of instances.family(instanceId)) dispatcher.takeUp(instance);
    },

    purge: (instanceId) => commit({ type: 'purge', instanceId }),

    async purgeWhere(query) {
      const ended = [...instances.values()].filter((instance) => hasEnded(instance) && matches(instance, query));
      await Promise.all(ended.map(({ instanceId }) => commit({ type: 'purge', instanceId })));
      return ended.length;
    },

    start: () => dispatcher.start(),

    async completion(instanceId, signal) {
      signal?.throwIfAborted();
      const instance = instances.get(instanceId);
      if (!instance) throw new Error(`there is no orchestration ${instanceId}`);
      if (!hasEnded(instance)) await completions.wait(instanceId, signal);
      return statusOf(instance);
    },

    stop({ graceInMs = 5000 } = {}) {
      stopped ??= stop(graceInMs);
      return stopped;
    },
  };
}

async function load(
  directory: string,
  aboveBytes: number,
  logger: Logger,
): Promise<{ instances: InstanceTable; journal: Journal }> {
  const instances = new InstanceTable();
  const { journal, records } = await openJournal(directory, {
    aboveBytes,
    records: () => {
      forgetEnded(instances, aboveBytes / 2);
      return [...instances.values()].map((instance) => ({ type: 'snapshot', instance }));
    },
    onFailed: (error) => logger.log('warning', `the journal cannot be made shorter: ${(error as Error).message}`),
  });
  for (const record of records) applyRecord(instances, record);
  return { instances, journal };
}

/** The instances that a record may end or remove. */
function touchedBy(instances: InstanceTable, record: JournalRecord): readonly Instance[] {
  switch (record.type) {
    case 'turn': {
      const instance = instances.get(record.instanceId);
      return instance ? [instance] : [];
    }
    case 'terminate':
    case 'purge':
      return instances.family(record.instanceId);
    default:
      return [];
  }
}
