import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HttpReply, HttpRequest } from './http.ts';
import type { TrafficNote } from './traffic-note.ts';

export interface LoggedRequest {
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  /** 0: the connection was broken. */
  readonly status: number;
  /** JSON bodies only; those of vaults hold secrets, as vaults do. */
  readonly body?: unknown;
  readonly operation?: string;
  /** The revision of an app that the ingress sent this request to. */
  readonly revision?: string;
  /** Who had traffic after this request, when it was about an app: as read, written, polled, or asked by its address. */
  readonly traffic?: TrafficNote;
}

export interface RequestLog {
  readonly requests: readonly LoggedRequest[];
  add(request: HttpRequest, reply: HttpReply | undefined, at: string, traffic?: TrafficNote): void;
}

/** In memory, and as one JSON line each in a file, written before the request is answered. */
export function createRequestLog(file: string | undefined): RequestLog {
  const requests: LoggedRequest[] = [];
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  return {
    requests,
    add(request, reply, at, traffic) {
      const { method, host, path, query } = request;
      const entry: LoggedRequest = {
        seq: requests.length + 1,
        at,
        method,
        host,
        path,
        query: String(query),
        status: reply?.status ?? 0,
        ...bodyOf(request),
        ...(reply?.operation !== undefined && { operation: reply.operation }),
        ...(reply?.revision !== undefined && { revision: reply.revision }),
        ...(traffic && { traffic }),
      };
      requests.push(entry);
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    },
  };
}

/** Tokens and client secrets of sign-ins stay out: they are the simulator's own. */
function bodyOf({ host, headers, body }: HttpRequest): { body?: unknown } {
  if (body.length === 0 || host.startsWith('login.') || !/json/.test(headers['content-type'] ?? '')) return {};
  try {
    return { body: JSON.parse(body.toString('utf8')) };
  } catch {
    return { body: '(not JSON)' };
  }
}
