import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpResponseInit } from '@azure/functions';
import { eventsQuerySchema } from '../../domain/api/requests.ts';
import type { RunSummary } from '../../domain/run.ts';
import { currentRun } from '../../runs/known-run.ts';
import type { EventPage, RunStore } from '../../state/ports.ts';
import type { AppServices } from '../app-services.ts';
import type { RouteHandler } from './handler.ts';
import { untilLeft } from './readers.ts';
import { readQuery, runIdOf } from './request.ts';

export const readEventsHandler: RouteHandler = async ({ app, request, engine, invocationId }) => {
  const runId = runIdOf(request);
  const { stores, summary } = await currentRun(app, engine, runId);
  const after = request.headers.get('last-event-id') ?? readQuery(request, eventsQuerySchema).after;
  const first = await stores.runs.events(runId, after);
  if ((request.headers.get('accept') ?? '').includes('text/event-stream')) {
    return stream(untilLeft(invocationId, follow(app, stores.runs, summary, first)));
  }
  const lines = first.events.map((event) => `${JSON.stringify(event)}\n`);
  return {
    status: 200,
    body: lines.join(''),
    headers: { 'content-type': 'application/x-ndjson', 'x-position': first.position, 'cache-control': 'no-store' },
  };
};

function stream(messages: AsyncIterable<string>): HttpResponseInit {
  return {
    status: 200,
    body: encode(messages),
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
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
  runs: RunStore,
  { runId, finishedAt }: RunSummary,
  first: EventPage,
): AsyncGenerator<string> {
  const end = 'event: end\ndata: {}\n\n';
  const start = clock.now().getTime();
  let spokeAt = start;
  let batch = first;
  yield `retry: 1000\n\n`;
  for (;;) {
    for (const [index, event] of batch.events.entries()) {
      yield `id: ${batch.positions[index]}\ndata: ${JSON.stringify(event)}\n\n`;
      spokeAt = clock.now().getTime();
      if (event.type === 'run_completed') {
        yield end;
        return;
      }
    }
    const now = clock.now().getTime();
    if (now - start >= limits.streamInSeconds * 1000) return;
    if (now - spokeAt >= limits.keepAliveInSeconds * 1000) {
      yield ': still here\n\n';
      spokeAt = now;
    }
    const wasEmpty = batch.events.length === 0;
    await sleep(limits.pollInMs);
    batch = await runs.events(runId, batch.position);
    // A position after the last event of a run that is over; its summary is written a moment before that event.
    if (finishedAt !== null && wasEmpty && batch.events.length === 0) {
      yield end;
      return;
    }
  }
}
