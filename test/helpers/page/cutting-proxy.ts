import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface CuttingProxy {
  readonly url: string;
  /** How often each path was asked for. */
  readonly asked: ReadonlyMap<string, number>;
  /** How many streams of events were cut off. */
  readonly cuts: number;
}

/** A proxy that lets no stream of events live for longer than this. */
export async function cuttingProxy(target: string, streamsLastMs: number): Promise<CuttingProxy> {
  const asked = new Map<string, number>();
  let cuts = 0;
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const isStream = incoming.headers.accept === 'text/event-stream';
    const answered = pass(target, incoming, outgoing);
    if (!isStream) return;
    const timer = setTimeout(() => {
      if (outgoing.headersSent) cuts += 1;
      outgoing.destroy();
      answered.destroy();
    }, streamsLastMs);
    outgoing.once('close', () => clearTimeout(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get cuts() {
      return cuts;
    },
  };
}

function pass(target: string, incoming: IncomingMessage, outgoing: ServerResponse): ReturnType<typeof request> {
  const { method, headers, url } = incoming;
  const passed = request(new URL(url ?? '/', target), { method, headers, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    // A stream shows that it is open before its first event.
    outgoing.flushHeaders();
    answer.on('error', () => outgoing.destroy()).pipe(outgoing);
  });
  // An app that is not there breaks the connection off, as a proxy that knows no better does.
  passed.on('error', () => outgoing.destroy());
  incoming.pipe(passed);
  return passed;
}
