import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { onTestFinished } from 'vitest';

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly calls: readonly Call[];
  /** How it answers: a status, never, elsewhere, or with a body that does not end. */
  answer: number | 'never' | 'elsewhere' | 'endless';
  /** How much of endless bodies somebody was there to take, once they have left. */
  readonly taken: Promise<number>;
}

/** What a chat system is to us, on loopback. */
export async function webhookReceiver(): Promise<WebhookReceiver> {
  const calls: Call[] = [];
  const taken = Promise.withResolvers<number>();
  const receiver = { url: '', calls, answer: 204 as WebhookReceiver['answer'], taken: taken.promise };
  const server = createServer(async (request, response) => {
    calls.push({ headers: request.headers, body: await text(request) });
    const { answer } = receiver;
    if (answer === 'elsewhere') response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end();
    else if (answer === 'endless') taken.resolve(await endless(response));
    else if (answer !== 'never') response.writeHead(answer).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/T0/c4n4ry-path`;
  return receiver;
}

/** Writes until nobody is there any more. */
async function endless(response: ServerResponse): Promise<number> {
  let bytes = 0;
  const body = function* (): Generator<Buffer> {
    for (;;) {
      bytes += CHUNK.length;
      yield CHUNK;
    }
  };
  // Whoever reads it ends it by leaving.
  await pipeline(body, response).catch(() => undefined);
  return bytes;
}

const CHUNK = Buffer.alloc(64 * 1024, 'x');
