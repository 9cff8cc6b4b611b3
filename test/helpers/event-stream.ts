import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { RunEvent } from '../../src/domain/events.ts';
import type { ServedApp } from './served-app.ts';

export type StreamedEvent = RunEvent & { readonly position?: string };

/** Follows the server-sent events of a run to its end, or until an event satisfies the condition. */
export async function readEventStream(
  app: ServedApp,
  runId: string,
  options: { readonly after?: string | undefined; readonly until?: (event: RunEvent) => boolean } = {},
): Promise<readonly StreamedEvent[]> {
  const abort = new AbortController();
  const response = await fetch(`${app.url}/api/deployments/${runId}/events`, {
    headers: {
      accept: 'text/event-stream',
      'x-functions-key': app.key,
      ...(options.after !== undefined && { 'last-event-id': options.after }),
    },
    signal: abort.signal,
  });
  if (response.status !== 200 || !response.body) throw new Error(`${response.status}: ${await response.text()}`);
  const events: StreamedEvent[] = [];
  let position: string | undefined;
  for await (const line of createInterface({ input: Readable.fromWeb(response.body as never) })) {
    if (line === 'event: end') break;
    if (line.startsWith('id: ')) position = line.slice(4);
    if (!line.startsWith('data: ') || position === undefined) continue;
    const event = JSON.parse(line.slice(6)) as RunEvent;
    events.push(withPosition(event, position));
    if (options.until?.(event)) break;
  }
  abort.abort();
  return events;
}

/** The position is not part of the event as it was stored. */
function withPosition(event: RunEvent, position: string): StreamedEvent {
  return Object.defineProperty(event, 'position', { value: position, enumerable: false });
}
