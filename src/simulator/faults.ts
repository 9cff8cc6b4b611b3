import type { JsonObject } from '../shared/json.ts';
import type { HttpReply, HttpRequest } from './http.ts';

/** Makes something go wrong with the n-th matching request. */
export interface FaultRule {
  readonly match: {
    readonly method?: string;
    readonly host?: string;
    /** Regular expression over the path. */
    readonly path?: string;
  };
  /** Counts matching requests from 1; absent: every one. */
  readonly nth?: number;
  readonly fault:
    | {
        readonly kind: 'status';
        readonly status: number;
        readonly code?: string;
        readonly retryAfterInSeconds?: number;
        readonly body?: string;
        readonly headers?: Readonly<Record<string, string>>;
        readonly afterEffect?: boolean;
      }
    | { readonly kind: 'reset'; readonly afterEffect?: boolean }
    | { readonly kind: 'truncate' }
    /** No answer ever, over a connection that stays. */
    | { readonly kind: 'silence'; readonly afterEffect?: boolean }
    /** The answer begins as it should, and stops half way: for ever, or but for a byte every ten seconds. */
    | { readonly kind: 'half' | 'trickle' }
    | { readonly kind: 'failOperation'; readonly code: string; readonly message: string }
    | { readonly kind: 'slowOperation'; readonly seconds: number }
    | { readonly kind: 'neverEndingOperation' }
    /** Of a deletion: somebody else makes the resource again as soon as it is gone, with these tags. */
    | { readonly kind: 'comesBack'; readonly tags?: JsonObject }
    | { readonly kind: 'vanishOperation' };
}

export type Fault = FaultRule['fault'];

export interface FaultPlan {
  add(rule: FaultRule): void;
  clear(): void;
  /** How many requests a fault has hit. */
  readonly met: number;
  /** The fault that hits this request, if any; counts it. */
  next(request: Pick<HttpRequest, 'method' | 'host' | 'path'>): Fault | undefined;
}

export function createFaultPlan(rules: readonly FaultRule[]): FaultPlan {
  let met = 0;
  let active = rules.map((rule) => ({ rule, seen: 0 }));
  return {
    add: (rule) => active.push({ rule, seen: 0 }),
    clear: () => {
      active = [];
    },
    next(request) {
      let hit: Fault | undefined;
      for (const entry of active) {
        if (!matches(entry.rule, request)) continue;
        entry.seen += 1;
        if (entry.rule.nth === undefined || entry.rule.nth === entry.seen) hit ??= entry.rule.fault;
      }
      if (hit) met += 1;
      return hit;
    },
    get met() {
      return met;
    },
  };
}

function matches({ match }: FaultRule, { method, host, path }: Pick<HttpRequest, 'method' | 'host' | 'path'>): boolean {
  if (match.method !== undefined && match.method !== method) return false;
  if (match.host !== undefined && !host.endsWith(match.host)) return false;
  return match.path === undefined || new RegExp(match.path, 'i').test(path);
}

/** The answer of a fault that is a status. */
export function faultReply(fault: Extract<Fault, { kind: 'status' }>): HttpReply {
  const { status, code = `Http${status}`, retryAfterInSeconds, body, headers } = fault;
  return {
    status,
    headers: {
      'content-type': body === undefined ? 'application/json; charset=utf-8' : 'text/html',
      ...(retryAfterInSeconds !== undefined && { 'retry-after': String(retryAfterInSeconds) }),
      ...headers,
    },
    body: body ?? JSON.stringify({ error: { code, message: `The simulator was told to answer ${status}.` } }),
  };
}
