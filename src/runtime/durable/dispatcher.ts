import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { FunctionsWorker } from '../worker.ts';
import { EventType, type HistoryEvent, historyEvent, jsonText, parseJsonText } from './history.ts';
import { hasEnded, type Instance } from './instance.ts';
import type { InstanceTable } from './instance-table.ts';
import type { JournalRecord } from './journal-record.ts';
import { runTurn } from './turn.ts';

/** Runs turns, activities and timers. What it does follows from the instances alone, so that it can start anywhere. */
export interface Dispatcher {
  start(): void;
  /** The inbox of the instance has a new message. */
  wake(instanceId: string): void;
  /** Starts what the instance's history asks for and takes its turn. */
  takeUp(instance: Instance): void;
  stop(graceInMs: number): Promise<void>;
}

export interface DispatcherOptions {
  readonly instances: InstanceTable;
  readonly commit: (record: JournalRecord) => Promise<void>;
  /** Called once when the journal can no longer be written; the engine stops then. */
  readonly onBroken: (error: unknown) => void;
  readonly worker: FunctionsWorker;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly activityTimeoutInMs: number;
  readonly maxConcurrentActivities: number;
  /** Whether turns of an orchestration of this version are taken here; messages of others wait. */
  readonly takesVersion: (version: string) => boolean;
}

/** setTimeout takes at most 2^31-1 ms, so a longer timer is continued after a day. */
const LONGEST_SLEEP_IN_MS = 24 * 60 * 60 * 1000;

/** Timeouts of Node end a little early by the clock. */
const CLOCK_TOLERANCE_IN_MS = 100;

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { instances, commit, worker, clock } = options;
  const turning = new Set<string>();
  /** Activities and timers under way, by execution and id of the call. */
  const underWay = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  const queue: (() => Promise<void>)[] = [];
  const running = new Set<Promise<void>>();
  let isStarted = false;
  let isBroken = false;
  let isClosed = false;

  const now = (): string => clock.now().toISOString();

  /** A write that fails ends everything: what is not on disk must not be acted upon. */
  function guard(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (isBroken) return;
      isBroken = true;
      isStarted = false;
      isClosed = true;
      options.onBroken(error);
    });
  }

  function wake(instanceId: string): void {
    if (!isStarted || turning.has(instanceId)) return;
    turning.add(instanceId);
    guard(takeTurns(instanceId).finally(() => turning.delete(instanceId)));
  }

  async function takeTurns(instanceId: string): Promise<void> {
    for (;;) {
      const instance = instances.get(instanceId);
      if (!isStarted || !instance || !canTurn(instance) || instance.inbox.length === 0) return;
      if (!options.takesVersion(instance.version)) return;
      const turn = await runTurn(worker, instance, now());
      if (!isStarted) return;
      await commit(turn);
      carryOut(instance);
      for (const { instanceId: child } of turn.starts) wake(child);
      for (const { instanceId: parent } of turn.messages) wake(parent);
    }
  }

  /** Starts what the history says was scheduled and has not completed. */
  function carryOut(instance: Instance): void {
    if (hasEnded(instance)) return;
    const answered = new Set([...instance.history, ...instance.inbox].flatMap((event) => answeredCall(event) ?? []));
    for (const event of instance.history) {
      if (answered.has(event.EventId)) continue;
      if (event.EventType === EventType.taskScheduled) startActivity(instance, event);
      if (event.EventType === EventType.timerCreated) startTimer(instance, event);
    }
  }

  function takeUp(instance: Instance): void {
    if (!isStarted) return;
    carryOut(instance);
    wake(instance.instanceId);
  }

  function claim(instance: Instance, event: HistoryEvent): string | undefined {
    const key = `${instance.executionId}/${event.EventId}`;
    if (underWay.has(key)) return undefined;
    underWay.add(key);
    return key;
  }

  async function deliver({ instanceId, executionId }: Address, event: HistoryEvent): Promise<void> {
    const written = commit({ type: 'message', message: { instanceId, executionId, event }, at: now() });
    // The turn that this allows is recorded behind it, often in the same write; what it asks for waits for both.
    wake(instanceId);
    await written;
  }

  function startActivity(instance: Instance, event: HistoryEvent): void {
    const key = claim(instance, event);
    if (key === undefined) return;
    const address = addressOf(instance);
    queue.push(async () => {
      const answer = await callActivity(event);
      // While the engine stops, what ends within the grace time still counts.
      if (!isClosed) await deliver(address, answer);
      underWay.delete(key);
    });
    pump();
  }

  function pump(): void {
    while (isStarted && running.size < options.maxConcurrentActivities) {
      const next = queue.shift();
      if (!next) return;
      const work = next();
      running.add(work);
      guard(
        work.finally(() => {
          running.delete(work);
          pump();
        }),
      );
    }
  }

  async function callActivity(event: HistoryEvent): Promise<HistoryEvent> {
    const name = event.Name ?? '';
    let timeout: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      const message = `Activity function '${name}' timed out after ${options.activityTimeoutInMs} ms`;
      timeout = setTimeout(() => reject(new Error(message)), options.activityTimeoutInMs);
      timeout.unref();
    });
    try {
      const result = await Promise.race([worker.invoke(name, parseJsonText(event.Input)), expired]);
      return historyEvent(EventType.taskCompleted, now(), { TaskScheduledId: event.EventId, Result: jsonText(result) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      options.logger.log('warning', `activity ${name} failed: ${message}`);
      const Reason = `Activity function '${name}' failed: ${message}`;
      return historyEvent(EventType.taskFailed, now(), { TaskScheduledId: event.EventId, Reason, Details: message });
    } finally {
      clearTimeout(timeout);
    }
  }

  function startTimer(instance: Instance, event: HistoryEvent): void {
    const key = claim(instance, event);
    if (key === undefined) return;
    const address = addressOf(instance);
    const fireAt = event.FireAt ?? now();
    // A clock that was set back must not lengthen the timer, so the time already slept counts as well.
    let unslept = Date.parse(fireAt) - Date.parse(event.Timestamp) + CLOCK_TOLERANCE_IN_MS;
    const look = (): void => {
      const remaining = Math.min(Date.parse(fireAt) - clock.now().getTime(), unslept);
      if (remaining <= 0) {
        const fired = historyEvent(EventType.timerFired, now(), { TimerId: event.EventId, FireAt: fireAt });
        guard(deliver(address, fired).finally(() => underWay.delete(key)));
        return;
      }
      const sleep = Math.min(remaining, LONGEST_SLEEP_IN_MS);
      const timer = setTimeout(() => {
        timers.delete(timer);
        unslept -= sleep;
        if (isStarted) look();
      }, sleep);
      timers.add(timer);
    };
    look();
  }

  return {
    start() {
      isStarted = true;
      for (const instance of [...instances.values()]) takeUp(instance);
      pump();
    },
    wake,
    takeUp,
    async stop(graceInMs) {
      isStarted = false;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      let timeout: NodeJS.Timeout | undefined;
      const grace = new Promise<void>((resolve) => {
        timeout = setTimeout(resolve, graceInMs);
      });
      await Promise.race([Promise.allSettled([...running]), grace]);
      clearTimeout(timeout);
      isClosed = true;
    },
  };
}

type Address = Pick<Instance, 'instanceId' | 'executionId'>;

/** Fixed now, because the instance may start over meanwhile, and the answer belongs to this execution only. */
function addressOf({ instanceId, executionId }: Instance): Address {
  return { instanceId, executionId };
}

function canTurn(instance: Instance): boolean {
  return !hasEnded(instance) && instance.status !== 'Suspended';
}

/** The id of the call that an event answers. */
function answeredCall(event: HistoryEvent): number | undefined {
  switch (event.EventType) {
    case EventType.taskCompleted:
    case EventType.taskFailed:
      return event.TaskScheduledId;
    case EventType.timerFired:
      return event.TimerId;
    default:
      return undefined;
  }
}
