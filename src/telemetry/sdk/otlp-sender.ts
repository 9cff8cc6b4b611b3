import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Fetch, outboundFetch } from '../../outbound/fetch.ts';
import type { SignalSettings } from '../settings.ts';

/** Answers after which a client sends again: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const PAUSES_IN_MS = [500, 1000, 2000] as const;
const CONTENT_TYPES = { 'http/protobuf': 'application/x-protobuf', 'http/json': 'application/json' } as const;
const zipped = promisify(gzip);

/** Sends what is exported to a collector, by the one way out of this process. */
export interface OtlpSender {
  /** @returns the answer's body; rejects with a CollectorError when the collector did not take it */
  send(body: Uint8Array): Promise<Uint8Array>;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
  /** Whatever is on its way is given up. */
  stop(): void;
}

/** Its text is for people: who did not take what, and no header. */
class CollectorError extends Error {
  override readonly name = 'CollectorError';
}

export function createOtlpSender(settings: SignalSettings, request: Fetch = outboundFetch): OtlpSender {
  const { origin } = new URL(settings.url);
  const stopped = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  /** Who did not answer last time is asked once: a collector that is away costs no run the pauses between tries. */
  let isAway = false;

  async function attempt(body: Uint8Array, signal: AbortSignal): Promise<Answer> {
    const { url, protocol, headers, compresses } = settings;
    const response = await request(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': CONTENT_TYPES[protocol],
        ...(compresses && { 'content-encoding': 'gzip' }),
      },
      body: new Uint8Array(compresses ? await zipped(body) : body),
      redirect: 'manual',
      signal,
    });
    const { ok: isTaken, status } = response;
    const content = new Uint8Array(await response.arrayBuffer());
    return {
      isTaken,
      isPassing: PASSING.has(status),
      text: `answered ${status}`,
      content,
      after: pauseAfter(response),
    };
  }

  async function send(body: Uint8Array): Promise<Uint8Array> {
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(settings.timeoutInMs)]);
    const pauses = isAway ? [] : PAUSES_IN_MS;
    for (let tries = 0; ; tries += 1) {
      const answer = await attempt(body, signal).catch(noAnswer);
      if (answer.isTaken) return answer.content;
      const pause = pauses[tries];
      const goesOn = pause !== undefined && answer.isPassing && (await isOver(answer.after ?? pause, signal));
      if (!goesOn) throw new CollectorError(`${origin} ${answer.text}`);
    }
  }

  return {
    async send(body) {
      const sending = send(body);
      underWay.add(sending);
      try {
        const content = await sending;
        isAway = false;
        return content;
      } catch (error) {
        isAway = true;
        throw error;
      } finally {
        underWay.delete(sending);
      }
    },
    async idle() {
      await Promise.allSettled(underWay);
    },
    stop: () => stopped.abort(new Error('the process ends')),
  };
}

interface Answer {
  readonly isTaken: boolean;
  readonly isPassing: boolean;
  readonly text: string;
  readonly content: Uint8Array;
  /** In milliseconds: how long the collector asks to be left alone. */
  readonly after?: number | undefined;
}

function noAnswer(error: unknown): Answer {
  const { name, code, message } = error as NodeJS.ErrnoException;
  const why = name === 'TimeoutError' ? 'its time is over' : (code ?? message);
  return { isTaken: false, isPassing: true, text: `does not answer: ${why}`, content: new Uint8Array() };
}

/** @returns false: it was not waited for, since the time for all of it is over */
async function isOver(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return await sleep(milliseconds, true, { signal }).catch(() => false);
}

/** As https://opentelemetry.io/docs/specs/otlp/#otlphttp-throttling has it. */
function pauseAfter({ headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
