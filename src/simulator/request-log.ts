import { appendFileSync, mkdirSync, renameSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HttpReply, HttpRequest } from './http.ts';

/** Who has traffic at one moment: revision → percent, those with none left out. */
export interface TrafficNote {
  /** ARM id, in lower case. */
  readonly app: string;
  readonly weights: Readonly<Record<string, number>>;
}

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
  /** What was wrong with apps after this request, where the behaviour wants it told; absent: nothing. */
  readonly outages?: readonly string[];
}

/** What is noted of the apps with a request, after it was answered. */
export type AppNotes = Pick<LoggedRequest, 'traffic' | 'outages'>;

export interface RequestLog {
  readonly requests: readonly LoggedRequest[];
  add(request: HttpRequest, reply: HttpReply | undefined, at: string, notes?: AppNotes): void;
}

/** How much of which file tells of what the saved cloud knows of. */
export interface LogMark {
  readonly file: string;
  bytes: number;
}

export interface LogLimits {
  /** Of the newest requests, at least so many. */
  readonly keptInMemory: number;
  /** A longer file is put aside; the one that was put aside before goes. */
  readonly fileBytes: number;
}

const LIMITS: LogLimits = { keptInMemory: 50_000, fileBytes: 64 * 1024 * 1024 };

/**
 * In memory, and as one JSON line each in a file, written before the request is answered.
 *
 * @param cloud is saved with the mark: when the simulator is killed between the two, what the file tells beyond it never
 *   happened, and goes with it
 */
export function createRequestLog(
  file: string | undefined,
  cloud: { requestLog?: LogMark },
  { keptInMemory, fileBytes }: LogLimits = LIMITS,
  earlier: readonly LoggedRequest[] = [],
): RequestLog {
  const requests = [...earlier];
  let count = earlier.at(-1)?.seq ?? 0;
  const mark = file === undefined ? undefined : openLog(file, cloud.requestLog);
  if (mark) cloud.requestLog = mark;
  return {
    requests,
    add(request, reply, at, notes) {
      const { method, host, path, query } = request;
      count += 1;
      const entry: LoggedRequest = {
        seq: count,
        at,
        method,
        host,
        path,
        query: String(query),
        status: reply?.status ?? 0,
        ...bodyOf(request),
        ...(reply?.operation !== undefined && { operation: reply.operation }),
        ...(reply?.revision !== undefined && { revision: reply.revision }),
        ...notes,
      };
      requests.push(entry);
      // A part at a time: to take the first of a long list costs its length.
      if (requests.length >= 2 * keptInMemory) requests.splice(0, requests.length - keptInMemory);
      if (!mark) return;
      const line = `${JSON.stringify(entry)}\n`;
      if (mark.bytes > fileBytes) {
        renameSync(mark.file, `${mark.file}.1`);
        mark.bytes = 0;
      }
      appendFileSync(mark.file, line, { mode: 0o600 });
      mark.bytes += Buffer.byteLength(line);
    },
  };
}

function openLog(file: string, known: LogMark | undefined): LogMark {
  mkdirSync(dirname(file), { recursive: true });
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (known?.file !== file || known.bytes >= size) return { file, bytes: size };
  truncateSync(file, known.bytes);
  return { file, bytes: known.bytes };
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
