import type { HttpResponseInit } from '@azure/functions';
import { eventsQuerySchema } from '../../domain/api/requests.ts';
import type { RunSummary } from '../../domain/run.ts';
import { currentRun } from '../../runs/known-run.ts';
import { currentView } from '../../runs/reading/current-view.ts';
import type { Following } from '../../runs/reading/following.ts';
import { readOn } from '../../runs/reading/read-on.ts';
import type { RunReader } from '../../runs/reading/run-reader.ts';
import type { EventPage } from '../../state/ports.ts';
import { happenedText } from '../../text/happened-text.ts';
import { type AppServices, type RequestLimits, readerOf } from '../app-services.ts';
import { untilLeft } from '../readers.ts';
import { asksFor } from './accepted-types.ts';
import { HttpProblem } from './answer.ts';
import { asksForText, textOf } from './as-text.ts';
import type { RouteHandler } from './handler.ts';
import { readQuery, runIdOf } from './request.ts';

const STREAM = 'text/event-stream';
const LINES = 'application/x-ndjson';

export const readEventsHandler: RouteHandler = async ({ app, request, engine, invocationId, base }) => {
  const runId = runIdOf(request);
  const reader = readerOf(app, runId);
  const known = await currentRun(app, engine, runId, reader);
  const { stores, summary } = known;
  const read = (after: string | undefined): Promise<EventPage> => stores.runs.events(runId, after);
  if (asksForText(request)) {
    const { status } = await currentView(reader, known, base);
    // Read after the status, so that the last lines of a run that is over are there.
    const { events } = await read(readQuery(request, eventsQuerySchema).after);
    return { status: 200, ...textOf(happenedText(events), { 'x-run-status': status, 'cache-control': 'no-store' }) };
  }
  const last = request.headers.get('last-event-id');
  // Whoever lost a stream comes back with what it was told; a position that is asked for is one, or refused.
  const first =
    last === null ? await read(readQuery(request, eventsQuerySchema).after) : (await readOn(read, last)).page;
  if (asksFor(request.headers.get('accept') ?? '', STREAM, [LINES])) {
    if (app.readers.followers >= app.limits.followers) throw tooManyFollowers(app.limits);
    return stream(untilLeft(invocationId, follow(app, reader, summary, first)));
  }
  const lines = first.events.map((event) => `${JSON.stringify(event)}\n`);
  return {
    status: 200,
    body: lines.join(''),
    headers: { 'content-type': LINES, 'x-position': first.position, 'cache-control': 'no-store' },
  };
};

function stream(messages: AsyncIterable<string>): HttpResponseInit {
  return {
    status: 200,
    body: encode(messages),
    headers: {
      'content-type': `${STREAM}; charset=utf-8`,
      // Proxies must neither keep nor collect it.
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  };
}

async function* encode(messages: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const message of messages) yield encoder.encode(message);
}

/** Server-sent events until the run has ended or the stream is old enough; its reader comes back with the last id. */
async function* follow(
  { limits, clock }: AppServices,
  { following }: RunReader,
  { finishedAt }: RunSummary,
  first: EventPage,
): AsyncGenerator<string> {
  const end = 'event: end\ndata: {}\n\n';
  const start = clock.now().getTime();
  let spokeAt = start;
  let wasEmpty = false;
  yield `retry: 1000\n\n`;
  for await (const page of pagesFrom(following, first)) {
    for (const [index, event] of page.events.entries()) {
      yield `id: ${page.positions[index]}\ndata: ${JSON.stringify(event)}\n\n`;
      spokeAt = clock.now().getTime();
      if (event.type === 'run_completed') {
        yield end;
        return;
      }
    }
    const isEmpty = page.events.length === 0;
    // A position after the last event of a run that is over; its summary is written a moment before that event.
    if (finishedAt !== null && wasEmpty && isEmpty) {
      yield end;
      return;
    }
    wasEmpty = isEmpty;
    const now = clock.now().getTime();
    if (now - start >= limits.streamInSeconds * 1000) return;
    if (now - spokeAt >= limits.keepAliveInSeconds * 1000) {
      yield ': still here\n\n';
      spokeAt = now;
    }
  }
}

async function* pagesFrom(following: Following, first: EventPage): AsyncGenerator<EventPage> {
  yield first;
  yield* following.follow(first.position);
}

function tooManyFollowers({ followers }: RequestLimits): HttpProblem {
  return new HttpProblem(
    503,
    'followers_too_many',
    `The app has ${followers} open streams of events, which is all it lets be.`,
    {
      headers: { 'retry-after': '5' },
    },
  );
}
