import type { Fault, FaultRule } from '../../src/simulator/faults.ts';
import type { LoggedRequest } from '../../src/simulator/request-log.ts';

/** A request of an undisturbed run, known again in another run by its address without what is made up each time. */
export interface Place {
  readonly method: string;
  /** The end of the host's name. */
  readonly host: string;
  /** Regular expression over the path. */
  readonly path: string;
  /** Which of the requests that look alike; from 1. */
  readonly nth: number;
  readonly startsOperation: boolean;
}

export interface Case {
  readonly number: number;
  readonly fault: FaultName;
  readonly place: Place;
}

/** How many requests in a row a fault hits that is there for a while: more than the short retries of one call. */
const A_WHILE = 4;

interface Kind {
  readonly fault: Fault;
  /** In a row, from the place on. */
  readonly times?: number;
  /** Only for requests that start an operation. */
  readonly ofOperation?: true;
}

const HTML = '<html><body><h1>502 Bad Gateway</h1></body></html>';

const FAULTS = {
  '429 with Retry-After': { fault: { kind: 'status', status: 429, code: 'TooManyRequests', retryAfterInSeconds: 17 } },
  '429 without': { fault: { kind: 'status', status: 429, code: 'TooManyRequests' } },
  '429 for a day': { fault: { kind: 'status', status: 429, code: 'TooManyRequests', retryAfterInSeconds: 86_400 } },
  '500 before the effect': { fault: { kind: 'status', status: 500, code: 'InternalServerError' } },
  '500 after the effect': { fault: { kind: 'status', status: 500, code: 'InternalServerError', afterEffect: true } },
  '503': { fault: { kind: 'status', status: 503, code: 'ServiceUnavailable' } },
  '503 for a while': { fault: { kind: 'status', status: 503, code: 'ServiceUnavailable' }, times: A_WHILE },
  'reset before the effect': { fault: { kind: 'reset' } },
  'reset after the effect': { fault: { kind: 'reset', afterEffect: true } },
  'reset for a while': { fault: { kind: 'reset', afterEffect: true }, times: A_WHILE },
  '401 once': { fault: { kind: 'status', status: 401, code: 'ExpiredAuthenticationToken' } },
  '409 in progress': { fault: { kind: 'status', status: 409, code: 'AnotherOperationInProgress' } },
  'never answers': { fault: { kind: 'silence' } },
  'never answers, after the effect': { fault: { kind: 'silence', afterEffect: true } },
  'never answers for a while': { fault: { kind: 'silence', afterEffect: true }, times: A_WHILE },
  'answers half': { fault: { kind: 'half' } },
  trickles: { fault: { kind: 'trickle' } },
  'truncated JSON': { fault: { kind: 'truncate' } },
  'HTML 502': { fault: { kind: 'status', status: 502, body: HTML } },
  'operation Failed': {
    fault: { kind: 'failOperation', code: 'InternalServerError', message: 'the disk is gone' },
    ofOperation: true,
  },
  'operation vanishes': { fault: { kind: 'vanishOperation' }, ofOperation: true },
  'operation never ends': { fault: { kind: 'neverEndingOperation' }, ofOperation: true },
} as const satisfies Record<string, Kind>;
export type FaultName = keyof typeof FAULTS;

const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** Every fault at every place; those of operations where there is one. */
export function allCases(requests: readonly LoggedRequest[]): readonly Case[] {
  const cases = placesOf(requests).flatMap((place) =>
    FAULT_NAMES.filter((name) => !kindOf(name).ofOperation || place.startsOperation).map((fault) => ({ fault, place })),
  );
  return cases.map((one, index) => ({ number: index + 1, ...one }));
}

export function kindOf(name: FaultName): Kind {
  return FAULTS[name];
}

/** What the simulator is told. */
export function rulesOf({ place: { method, host, path, nth }, fault }: Case): readonly FaultRule[] {
  const { fault: what, times = 1 } = kindOf(fault);
  return Array.from({ length: times }, (_, index) => ({
    match: { method, host, path },
    nth: nth + index,
    fault: what,
  }));
}

function placesOf(requests: readonly LoggedRequest[]): readonly Place[] {
  const seen = new Map<string, number>();
  return requests.map(({ method, host, path, operation }) => {
    const place = { method, host: endOf(host), path: patternOf(path) };
    const key = JSON.stringify(place);
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return { ...place, nth, startsOperation: operation !== undefined && method !== 'GET' };
  });
}

function endOf(host: string): string {
  return host.split('.').slice(-3).join('.');
}

/** What Azure or a run makes up, in paths: ids, versions of secrets, operations, revisions, executions, uploads. */
const MADE_UP = [
  /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi,
  /(?<=--)[a-z0-9-]+/g,
  /\b[0-9a-f]{32,64}\b/gi,
  /(?<=\/(executions|runs|versions)\/)[^/]+/gi,
  /(?<=\/secrets\/[^/]+\/)[^/]+/gi,
];

/** In no path, so that none of these patterns finds a part of what stands for another one. */
const ANYTHING = '\u0000';

function patternOf(path: string): string {
  const plain = path.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const open = MADE_UP.reduce((text, pattern) => text.replaceAll(pattern, ANYTHING), plain);
  return `^${open.replaceAll(ANYTHING, '[^/]+')}$`;
}

/** For people: `PUT …/vaults/draftgenie-example-kv (2)`. */
export function describePlace({ method, host, path, nth }: Place): string {
  const short = path.slice(1, -1).replaceAll('\\', '').split('/').slice(-3).join('/').replaceAll('[^/]+', '*');
  return `${method} ${host} …/${short} (${nth})`;
}
