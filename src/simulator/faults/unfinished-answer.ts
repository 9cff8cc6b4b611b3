import type { ServerResponse } from 'node:http';
import type { Fault } from '../faults.ts';
import type { HttpReply, HttpRequest } from '../http.ts';

const TRICKLE_EVERY_MS = 10_000;

type Unfinished = Extract<Fault, { kind: 'silence' | 'half' | 'trickle' }>;

export function isUnfinished(fault: Fault): fault is Unfinished {
  return fault.kind === 'silence' || fault.kind === 'half' || fault.kind === 'trickle';
}

/** Says no more than the fault lets it, and keeps the connection: whoever asked has to give it up. */
export function sendUnfinished(
  response: ServerResponse,
  { method }: HttpRequest,
  { status, headers, body = '' }: HttpReply,
  { kind }: Unfinished,
): void {
  const bytes = Buffer.from(body);
  // Without a body there is nothing to stop in but the head itself.
  if (kind === 'silence' || bytes.length === 0 || method === 'HEAD') return;
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  const half = Math.floor(bytes.length / 2);
  response.write(bytes.subarray(0, half));
  if (kind === 'trickle') trickle(response, bytes.subarray(half, -1));
}

/** To the last byte but one, which never comes. */
function trickle(response: ServerResponse, bytes: Uint8Array): void {
  if (bytes.length === 0 || response.destroyed) return;
  setTimeout(() => {
    response.write(bytes.subarray(0, 1));
    trickle(response, bytes.subarray(1));
  }, TRICKLE_EVERY_MS);
}
