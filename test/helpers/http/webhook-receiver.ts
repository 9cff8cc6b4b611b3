import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly calls: readonly Call[];
  /** How it answers: a status, or never. */
  answer: number | 'never';
}

/** What a chat system is to us, on loopback. */
export async function webhookReceiver(): Promise<WebhookReceiver> {
  const calls: Call[] = [];
  const receiver = { url: '', calls, answer: 204 as number | 'never' };
  const server = createServer(async (request, response) => {
    calls.push({ headers: request.headers, body: await text(request) });
    if (receiver.answer !== 'never') response.writeHead(receiver.answer).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/T0/c4n4ry-path`;
  return receiver;
}
