import type { ServerResponse } from 'node:http';
import type { HttpReply, HttpRequest } from '../http.ts';

const TRICKLE_EVERY_MS = 10_000;

/** Says the first half, and keeps the connection: whoever asked has to give it up. The rest comes a byte at a time, or never. */
export function sendUnfinished(
  response: ServerResponse,
  { method }: HttpRequest,
  { status, headers, body = '' }: HttpReply,
  trickles: boolean,
): void {
  const bytes = Buffer.from(body);
  // Without a body there is nothing to stop in but the head itself.
  if (bytes.length === 0 || method === 'HEAD') return;
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  const half = Math.floor(bytes.length / 2);
  response.write(bytes.subarray(0, half));
  // The last byte never comes.
  if (trickles) trickle(response, bytes.subarray(half, -1));
}

function trickle(response: ServerResponse, bytes: Uint8Array): void {
  if (bytes.length === 0 || response.destroyed) return;
  setTimeout(() => {
    response.write(bytes.subarray(0, 1));
    trickle(response, bytes.subarray(1));
  }, TRICKLE_EVERY_MS);
}
