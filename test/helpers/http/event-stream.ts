import type { RunEvent } from '../../../src/domain/events.ts';
import type { ServedApp } from './served-app.ts';

export type StreamedEvent = RunEvent & { readonly position?: string };

/** Follows the server-sent events of a run to its end, or until an event satisfies the condition. */
export async function readEventStream(
  app: ServedApp,
  runId: string,
  options: { readonly after?: string | undefined; readonly until?: (event: RunEvent) => boolean } = {},
): Promise<readonly StreamedEvent[]> {
  const response = await fetch(`${app.url}/api/deployments/${runId}/events`, {
    headers: {
      accept: 'text/event-stream',
      'x-functions-key': app.key,
      ...(options.after !== undefined && { 'last-event-id': options.after }),
    },
  });
  if (response.status !== 200 || !response.body) throw new Error(`${response.status}: ${await response.text()}`);
  const events: StreamedEvent[] = [];
  let position: string | undefined;
  for await (const line of lines(response.body)) {
    if (line === 'event: end') break;
    if (line.startsWith('id: ')) position = line.slice(4);
    if (!line.startsWith('data: ') || position === undefined) continue;
    const event = JSON.parse(line.slice(6)) as RunEvent;
    events.push(withPosition(event, position));
    if (options.until?.(event)) break;
  }
  return events;
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

/** The position is not part of the event as it was stored. */
function withPosition(event: RunEvent, position: string): StreamedEvent {
  return Object.defineProperty(event, 'position', { value: position, enumerable: false });
}
