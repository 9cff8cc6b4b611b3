import type { z } from 'zod';
import type { RouteName } from '../../domain/api/route-table.ts';
import { ROUTES, type RouteDefinition } from '../../domain/api/routes.ts';
import { type Fetch, outboundFetch } from '../../outbound/fetch.ts';
import { UserError } from '../../shared/errors.ts';
import { attempt, realSleep, type Sleep } from './attempts.ts';
import { remoteError } from './problem-error.ts';

type Route<Name extends RouteName> = (typeof ROUTES)[Name];
type Parameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Parameters<Rest>
  : never;
type GoodAnswer<Answers> = Answers extends { 200: infer Answer }
  ? Answer
  : Answers extends { 202: infer Answer }
    ? Answer
    : never;
/** What a route answers when all is well. */
export type AnswerOf<Name extends RouteName> =
  GoodAnswer<Route<Name>['answers']> extends { body: infer Body extends z.ZodType } ? z.infer<Body> : never;

export interface CallOptions<Name extends RouteName> {
  readonly path: Readonly<Record<Parameters<Route<Name>['path']>, string>>;
  /** `undefined` and `false` are left out; lists are repeated. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is, with its type in `headers`; anything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** The HTTP interface of a served app. Every answer is checked; every refusal is a UserError. */
export interface RemoteClient {
  readonly url: string;
  /** By which its requests leave, and those to the addresses that it answers. */
  readonly outbound: Fetch;
  call<Name extends RouteName>(name: Name, options: CallOptions<Name>): Promise<AnswerOf<Name>>;
  /** A good answer whose body the caller reads: for streams. */
  open<Name extends RouteName>(name: Name, options: CallOptions<Name>, attempts?: number): Promise<Response>;
}

export interface ClientSettings {
  readonly url: string;
  readonly key: string | undefined;
  /** Who calls, for the records of the app. */
  readonly caller: string;
  readonly attempts?: number;
  readonly sleep?: Sleep;
  readonly outbound?: Fetch;
}

const DEFAULT_ATTEMPTS = 5;

/** Posts that do the same however often they arrive: the start has a key, the rest only asks, or says the same again. */
const REPEATABLE_POSTS: ReadonlySet<RouteName> = new Set([
  'startDeployment',
  'rollback',
  'destroyEnvironment',
  'addSource',
  'decideApproval',
]);

export function createRemoteClient(settings: ClientSettings): RemoteClient {
  const { url, attempts = DEFAULT_ATTEMPTS, sleep = realSleep, outbound = outboundFetch } = settings;
  const open: RemoteClient['open'] = async (name, options, limit = attempts) => {
    const repeatable = ROUTES[name].method === 'GET' || REPEATABLE_POSTS.has(name);
    const send = (): Promise<Response> => outbound(requestOf(settings, name, options));
    const response = await attempt(url, send, { repeatable, attempts: limit, sleep, signal: options.signal });
    if (!response.ok) throw await remoteError(response, url);
    return response;
  };
  return {
    url,
    outbound,
    open,
    call: async (name, options) => (await checked(name, await open(name, options), url)) as never,
  };
}

function requestOf<Name extends RouteName>(
  { url, key, caller }: ClientSettings,
  name: Name,
  { path, query, headers, body, signal }: CallOptions<Name>,
): Request {
  const route: RouteDefinition = ROUTES[name];
  const parameters = path as Readonly<Record<string, string>>;
  const filled = route.path.replace(/\{(\w+)\}/g, (_, parameter: string) =>
    encodeURIComponent(parameters[parameter] ?? ''),
  );
  const target = new URL(`${url}/api/${filled}`);
  for (const [option, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === false) continue;
    for (const one of Array.isArray(value) ? value : [value]) target.searchParams.append(option, String(one));
  }
  const isText = typeof body === 'string';
  return new Request(target, {
    method: route.method,
    // Followed, a redirect would carry the key to wherever it points.
    redirect: 'manual',
    headers: {
      // Headers are Latin-1 at best, names of people are not.
      'x-draftgenie-caller': caller.replace(/[^\x20-\x7e]/g, '?'),
      ...(key !== undefined && { 'x-functions-key': key }),
      ...(body !== undefined && !isText && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
}

async function checked(name: RouteName, response: Response, url: string): Promise<unknown> {
  const { answers }: RouteDefinition = ROUTES[name];
  const schema = answers[response.status]?.body;
  const parsed = schema?.safeParse(await response.json().catch(() => undefined));
  if (parsed?.success) return parsed.data;
  const place = parsed?.error.issues[0]?.path.join('.') ?? 'its status';
  throw new UserError(`${url} answered what this version does not understand (${name}, ${place}).`, {
    code: 'remote_incompatible',
    hint: 'Use the version of the command line that belongs to the app.',
  });
}
