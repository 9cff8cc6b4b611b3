import { join } from 'node:path';
import { type Clock, systemClock } from '../shared/clock.ts';
import { UserError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { AppSettings } from './app-settings.ts';
import { type BlobEvents, createBlobEvents } from './blob/blob-events.ts';
import { listenToBlobs } from './blob/blob-listener.ts';
import { blobTriggers } from './blob/blob-trigger.ts';
import { type CredentialSource, findStorage, HOST_STORAGE, requireStorage } from './blob/connection.ts';
import { createReceipts } from './blob/receipts.ts';
import type { RegisteredFunction } from './core-api.ts';
import { withTimeLimit } from './time-limit.ts';
import { createScheduleStore } from './timer/schedule-store.ts';
import { runTimer } from './timer/timer-listener.ts';
import { timerTriggers } from './timer/timer-trigger.ts';
import type { FunctionsWorker } from './worker.ts';

export interface TriggerOptions {
  /** Connections and what `%NAME%` stands for in bindings; default process.env. */
  readonly appSettings?: AppSettings;
  /** For connections by address instead of connection string; asked for when there is one. */
  readonly credential?: CredentialSource;
  /** From one scan for blobs to the next; default 10 s, as in the Functions host. */
  readonly blobPollingIntervalInMs?: number;
  /** Where the times of timers are kept; needed when there are timers. */
  readonly directory?: string;
  readonly clock?: Clock;
  /** Ends early when the signal is aborted; for tests with a clock of their own. */
  readonly sleep?: (timeInMs: number, signal: AbortSignal) => Promise<void>;
}

export interface PreparedTriggers {
  /** The webhook for events of blobs. */
  readonly blobEvents: BlobEvents;
  start(): {
    /** Starts no more calls; resolves when the running ones have ended. */
    stop(): Promise<void>;
  };
}

interface TriggerContext {
  readonly call: FunctionsWorker['call'];
  readonly timeLimitInMs: number;
  /** Instances of one app share it, and with it their receipts. */
  readonly hostId: string;
  readonly logger: Logger;
}

const DEFAULT_BLOB_POLLING_INTERVAL_IN_MS = 10_000;
const TIMERS_FILE = 'timers.json';

/** Reads the blob and timer triggers and finds their connections, so that what is wrong shows before anything starts. */
export async function prepareTriggers(
  functions: readonly RegisteredFunction[],
  options: TriggerOptions,
  { call, timeLimitInMs, hostId, logger }: TriggerContext,
): Promise<PreparedTriggers> {
  const { appSettings = process.env, credential, clock = systemClock, sleep } = options;
  const limited = withTimeLimit(call, timeLimitInMs);
  const blobs = await Promise.all(
    blobTriggers(functions, appSettings).map(async (trigger) => {
      const storage = await requireStorage(trigger.connection, appSettings, credential);
      const host = (await findStorage(HOST_STORAGE, appSettings, credential)) ?? storage;
      return { trigger, storage, receipts: createReceipts(host.blobs, hostId) };
    }),
  );
  const timers = timerTriggers(functions, appSettings);
  if (timers.length > 0 && options.directory === undefined) {
    throw new UserError('Timers need a directory for their times.', { code: 'directory_missing' });
  }
  return {
    blobEvents: createBlobEvents(
      blobs.flatMap((one) => (one.trigger.source === 'EventGrid' ? [{ ...one, call: limited, logger }] : [])),
    ),
    start() {
      const stopping = new AbortController();
      const { signal } = stopping;
      const running: Promise<void>[] = [];
      for (const { trigger, storage, receipts } of blobs) {
        if (trigger.source === 'EventGrid') continue;
        const pollingIntervalInMs = options.blobPollingIntervalInMs ?? DEFAULT_BLOB_POLLING_INTERVAL_IN_MS;
        running.push(listenToBlobs(trigger, { storage, receipts, call: limited, pollingIntervalInMs, logger }, signal));
      }
      const store = createScheduleStore(join(options.directory ?? '', TIMERS_FILE));
      for (const timer of timers) {
        const listener = { store, call: limited, clock, logger, ...(sleep && { sleep }) };
        const run = runTimer(timer, listener, signal).catch((error: Error) =>
          logger.log('error', `the timer ${timer.functionName} stops: ${error.message}`),
        );
        running.push(run);
      }
      return {
        async stop() {
          stopping.abort();
          await Promise.all(running);
        },
      };
    },
  };
}
