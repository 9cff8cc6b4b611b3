import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import { installPromptWork } from '../helpers/in-process/prompt-work.ts';

/**
 * Time of a process of its own that stands still while something works, and jumps to the next timer when everything waits: a
 * deployment that waits for an hour is over in a moment. `Date`, `setTimeout` and its promise are replaced, so that nobody
 * has to know; what Node does inside keeps the real time.
 */
export interface VirtualTime {
  /** Begins anew at the real time, without any timer. */
  reset(): void;
  /** Lets the time go on whenever nothing works, until the promise is settled. */
  during<Value>(work: Promise<Value>): Promise<Value>;
  /** Milliseconds that went by since the reset. */
  elapsed(): number;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly call: () => void;
}

/** So many turns of the event loop everything must be still before the time jumps. */
const STILL_ROUNDS = 8;
/** When no timer is set either, something must be heard within this time. */
const LONGEST_SILENCE_IN_MS = 10_000;
/** A reminder of the runtime's own resources that only wait. Everything else is work: files, names, keys, connections. */
const WAITING_RESOURCES =
  /^(TCPSocketWrap|TLSWrap|TCPServerWrap|UDPWrap|PipeWrap|TTYWrap|Timeout|Immediate|MessagePort|ProcessWrap)$/;

const RealDate = Date;

/** @param isBusy whether somebody waits for an answer that is on its way */
export function installVirtualTime(isBusy: () => boolean): VirtualTime {
  let now = RealDate.now();
  let start = now;
  let made = 0;
  const timers = new Map<object, Timer>();
  const workUnderWay = installPromptWork();

  class VirtualDate extends RealDate {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(now);
      else super(...(given as [number]));
    }
    static override now(): number {
      return now;
    }
  }

  function set(call: (...words: unknown[]) => void, ms = 0, ...words: unknown[]): object {
    const handle = {
      ref: () => handle,
      unref: () => handle,
      hasRef: () => true,
      refresh: () => {
        if (timers.has(handle)) add();
        return handle;
      },
      close: () => handle,
      [Symbol.toPrimitive]: () => made,
      [Symbol.dispose]: () => void timers.delete(handle),
    };
    const add = (): void => {
      made += 1;
      timers.set(handle, { due: now + Math.max(0, Number(ms) || 0), order: made, call: () => call(...words) });
    };
    add();
    return handle;
  }

  function sleep<Value>(ms?: number, value?: Value, { signal }: { signal?: AbortSignal } = {}): Promise<Value> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = (): void => {
        timers.delete(handle);
        reject(new DOMException('The operation was aborted', { name: 'AbortError', cause: signal?.reason }));
      };
      const handle = set(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value as Value);
      }, ms);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  globalThis.Date = VirtualDate as DateConstructor;
  globalThis.setTimeout = set as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((handle: object) => timers.delete(handle)) as unknown as typeof clearTimeout;
  timersPromises.setTimeout = sleep as typeof timersPromises.setTimeout;
  syncBuiltinESMExports();

  function isStill(): boolean {
    if (isBusy() || workUnderWay() > 0) return false;
    return process.getActiveResourcesInfo().every((name) => WAITING_RESOURCES.test(name));
  }

  /** The next timer; those of the same moment one after the other. */
  function jump(): boolean {
    let next: [object, Timer] | undefined;
    for (const entry of timers) {
      const [, { due, order }] = entry;
      if (!next || due < next[1].due || (due === next[1].due && order < next[1].order)) next = entry;
    }
    if (!next) return false;
    const [handle, { due, call }] = next;
    timers.delete(handle);
    now = Math.max(now, due);
    call();
    return true;
  }

  return {
    reset() {
      timers.clear();
      now = RealDate.now();
      start = now;
    },
    elapsed: () => now - start,
    async during(work) {
      let isOver = false;
      const over = () => {
        isOver = true;
      };
      work.then(over, over);
      let still = 0;
      let stillSince = performance.now();
      while (!isOver) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        if (isOver) break;
        if (!isStill()) {
          still = 0;
          stillSince = performance.now();
          continue;
        }
        still += 1;
        if (still < STILL_ROUNDS) continue;
        if (!jump()) {
          if (performance.now() - stillSince > LONGEST_SILENCE_IN_MS) throw new Error('everything waits, for nothing');
          continue;
        }
        still = 0;
        stillSince = performance.now();
      }
      return await work;
    },
  };
}
