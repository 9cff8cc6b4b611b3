import type { RunEvent } from '../../domain/events.ts';
import { UserError } from '../../shared/errors.ts';
import { isInvalidPosition } from '../../state/positions.ts';
import { backoffInMs, realSleep, type Sleep, unreachable } from './attempts.ts';
import type { RemoteClient } from './client.ts';
import { readEventStream } from './event-stream.ts';
import { parseEvent } from './parse-event.ts';
import { RemoteError } from './problem-error.ts';
import { type Silence, watchSilence } from './silence.ts';

export interface FollowOptions {
  readonly signal?: AbortSignal | undefined;
  readonly sleep?: Sleep;
  /** Told once when the connection is lost, and once when it is back. */
  readonly onConnection?: (state: 'lost' | 'back') => void;
  /** The app speaks at once and then every 15 s at least; a stream that is silent for longer is dead, or held back by a proxy. */
  readonly firstWordWithinMs?: number;
  readonly wordEveryMs?: number;
  readonly pollEveryMs?: number;
  /** Lost connections in a row before giving up: about 20 minutes. */
  readonly attempts?: number;
}

interface Follower extends Required<Omit<FollowOptions, 'signal'>> {
  readonly client: RemoteClient;
  readonly runId: string;
  readonly signal: AbortSignal | undefined;
  readonly seen: Set<string>;
  position: string | undefined;
  /** A proxy keeps streams back: pages are asked for instead. */
  polls: boolean;
  /** The run was over when the last page was empty. */
  wasOver: boolean;
  ended: boolean;
}

/**
 * The events of a run until it has ended, each once, in order, across lost connections and restarts of the app. Goes on by the
 * position of the last event, and knows events by their ids besides.
 *
 * @throws UserError when the run is unknown, the key is refused, or the app stays away; rejects with the signal's reason
 */
export async function* followRun(
  client: RemoteClient,
  runId: string,
  options: FollowOptions = {},
): AsyncGenerator<RunEvent> {
  const follower: Follower = {
    client,
    runId,
    signal: options.signal,
    sleep: options.sleep ?? realSleep,
    onConnection: options.onConnection ?? (() => undefined),
    firstWordWithinMs: options.firstWordWithinMs ?? 15_000,
    wordEveryMs: options.wordEveryMs ?? 45_000,
    pollEveryMs: options.pollEveryMs ?? 2000,
    attempts: options.attempts ?? 120,
    seen: new Set(),
    position: undefined,
    polls: false,
    wasOver: false,
    ended: false,
  };
  let lost = 0;
  while (!follower.ended) {
    try {
      for await (const event of follower.polls ? page(follower) : stream(follower)) {
        if (lost > 0) follower.onConnection('back');
        lost = 0;
        yield event;
      }
      if (lost > 0) follower.onConnection('back');
      lost = 0;
    } catch (error) {
      if (follower.signal?.aborted) throw error;
      if (isInvalidPosition(error) && follower.position !== undefined) {
        // The storage of the app has lost events: they are read anew, and those that were told are known.
        follower.position = undefined;
        continue;
      }
      if (!isPassing(error)) throw error;
      lost += 1;
      if (lost === 1) follower.onConnection('lost');
      if (lost > follower.attempts) throw error instanceof UserError ? error : unreachable(client.url, error);
      await follower.sleep(backoffInMs(lost), follower.signal);
    }
  }
}

/** One connection: as long as the app keeps it open. */
async function* stream(follower: Follower): AsyncGenerator<RunEvent> {
  const silence = watchSilence(follower.firstWordWithinMs, follower.signal);
  try {
    const response = await open(follower, silence.signal, 'text/event-stream');
    if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream') || !response.body) {
      follower.polls = true;
      await response.body?.cancel();
      return;
    }
    let count = 0;
    for await (const message of readEventStream(heard(response.body, silence, follower.wordEveryMs))) {
      count += 1;
      if (message.event === 'end') {
        follower.ended = true;
        return;
      }
      yield* accept(follower, message.data);
      // After its event was taken, so that nothing is passed over when the reader stops here.
      if (message.id !== '') follower.position = message.id;
      if (follower.ended) return;
    }
    // Closed in good order, as every 180 s; one that closes at once must not be asked without a pause.
    if (count === 0) await follower.sleep(backoffInMs(1), follower.signal);
  } catch (error) {
    if (!silence.isExpired()) throw error;
    // Not one byte: somebody in between collects the whole answer before passing it on.
    if (!silence.wasHeard()) follower.polls = true;
    else throw new Error('the stream of events fell silent', { cause: error });
  } finally {
    silence.stop();
  }
}

/** One page of events, then a pause; an empty page asks whether the run is over. */
async function* page(follower: Follower): AsyncGenerator<RunEvent> {
  const { client, runId, signal } = follower;
  const response = await open(follower, signal, 'application/x-ndjson');
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  for (const line of lines) yield* accept(follower, line);
  follower.position = response.headers.get('x-position') ?? follower.position;
  if (follower.ended) return;
  if (lines.length === 0) {
    const { finishedAt } = await client.call('showDeployment', { path: { runId }, signal });
    // Its last event is written a moment after its summary; an abandoned run has none. So one more page is asked for.
    follower.ended = finishedAt !== null && follower.wasOver;
    follower.wasOver = finishedAt !== null;
  }
  if (!follower.ended) await follower.sleep(follower.pollEveryMs, signal);
}

async function open(
  { client, runId, position }: Follower,
  signal: AbortSignal | undefined,
  accepted: string,
): Promise<Response> {
  const isStream = accepted === 'text/event-stream';
  const options = {
    path: { runId },
    headers: { accept: accepted, ...(isStream && position !== undefined && { 'last-event-id': position }) },
    query: isStream ? {} : { after: position },
    signal,
  };
  return await client.open('readEvents', options, 1);
}

async function* heard(body: AsyncIterable<Uint8Array>, silence: Silence, withinMs: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    silence.heard(withinMs);
    yield chunk;
  }
}

function* accept(follower: Follower, data: string): Generator<RunEvent> {
  const event = parseEvent(data);
  if (!event || follower.seen.has(event.id)) return;
  follower.seen.add(event.id);
  yield event;
  if (event.type === 'run_completed') follower.ended = true;
}

/** Lost connections, gateways and restarts pass; a refusal does not. */
function isPassing(error: unknown): boolean {
  if (error instanceof RemoteError) return error.status >= 500 || error.status === 429 || error.status === 408;
  return !(error instanceof UserError) || ['remote_unreachable', 'proxy_unreachable'].includes(error.code);
}
