import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FunctionsWorker } from '../worker.ts';
import type { RequestPath } from './request-path.ts';
import type { Route } from './route-table.ts';

/** One authorized request on its way through a function. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
  readonly path: RequestPath;
  readonly method: string;
  /** The host name that the client used, after validation. */
  readonly host: string;
  readonly invocationId: string;
  /** JSON for functions with a durable client. */
  readonly durableClient: string;
  readonly maxBodyBytes: number;
  /** Aborted when the client has gone or the function's time is over. */
  readonly signal: AbortSignal;
  readonly call: FunctionsWorker['call'];
}

/** Headers that belong to one connection and are not passed on: RFC 9110 section 7.6.1. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** The headers that a function sees; repeated ones are joined. */
export function functionHeaders({ headers }: IncomingMessage): Record<string, string> {
  const named = String(headers.connection ?? '').toLowerCase();
  const dropped = new Set([...HOP_BY_HOP, ...named.split(',').map((name) => name.trim())]);
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !dropped.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}

export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name.toLowerCase());
}

/** @throws BodyTooLarge when the request says that it is longer than allowed. */
export function checkDeclaredLength(request: IncomingMessage, maxBodyBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw new BodyTooLarge();
}
