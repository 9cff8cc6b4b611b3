import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Kinds of blob operations that are billed apart; deletions are free. */
export const OPERATION_KINDS = ['write', 'read', 'list', 'other', 'free'] as const;
type OperationKind = (typeof OPERATION_KINDS)[number];
export type OperationCounts = Readonly<Record<OperationKind, number>>;

/** One request to the container, as it passed. */
export interface StorageTrip {
  /** `PUT state/bench.json`: what was asked, without what is another's with each run. */
  readonly name: string;
  readonly kind: OperationKind;
  /** Milliseconds, by the clock of `performance`. */
  readonly from: number;
  readonly to: number;
}

export interface CountingProxy {
  /** The same account by way of the proxy. */
  readonly connectionString: string;
  /** Of the container so far. */
  total(): number;
  /** Of the container since the last call. */
  take(): OperationCounts;
  /** Those of the container that have been answered since the last call. */
  trips(): readonly StorageTrip[];
  close(): Promise<void>;
}

/** Stands before a storage emulator and counts what is asked of one container; other containers belong to the Functions host. */
export async function startCountingProxy(connectionString: string, container: string): Promise<CountingProxy> {
  const [target = ''] = /(?<=BlobEndpoint=http:\/\/127\.0\.0\.1:)\d+/.exec(connectionString) ?? [];
  let counts = none();
  let total = 0;
  let trips: StorageTrip[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const [path = '', query = ''] = url.split('?');
    if (path.split('/')[2] === container) {
      const kind = kindOf(method, new URLSearchParams(query));
      counts[kind] += 1;
      total += 1;
      const from = performance.now();
      outgoing.once('finish', () => {
        trips.push({ name: `${method} ${nameOf(path, query)}`, kind, from, to: performance.now() });
      });
    }
    const passed = request({ host: '127.0.0.1', port: target, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.once('error', (error) => outgoing.destroy(error));
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    connectionString: connectionString.replace(`:${target}`, `:${(server.address() as AddressInfo).port}`),
    total: () => total,
    take() {
      const taken = counts;
      counts = none();
      return taken;
    },
    trips() {
      const taken = trips;
      trips = [];
      return taken;
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** By https://learn.microsoft.com/azure/storage/blobs/map-rest-apis-transaction-categories */
function kindOf(method: string, query: URLSearchParams): OperationKind {
  const comp = query.get('comp') ?? '';
  if (method === 'DELETE') return 'free';
  if (comp === 'list' || query.get('restype') === 'container') return 'list';
  if (method === 'PUT') return ['lease', 'tags'].includes(comp) ? 'other' : 'write';
  return method === 'GET' && comp === '' ? 'read' : 'other';
}

function none(): Record<OperationKind, number> {
  return { write: 0, read: 0, list: 0, other: 0, free: 0 };
}

/** Names of runs and digests are other ones each time. */
function nameOf(path: string, query: string): string {
  const blob = decodeURIComponent(path.split('/').slice(3).join('/'));
  const [prefix] = /(?<=prefix=)[^&]+/.exec(query) ?? [];
  return (prefix === undefined ? blob : `list ${decodeURIComponent(prefix)}`)
    .replaceAll(/[0-9A-Z]{26}/g, 'RUN')
    .replaceAll(/[0-9a-f]{64}/g, 'DIGEST');
}

/** The longest row of requests of which each was sent when the one before it had been answered: what somebody waits for. */
export function inARow(trips: readonly StorageTrip[]): readonly StorageTrip[] {
  const sorted = trips.toSorted((a, b) => a.from - b.from);
  const rows: (readonly StorageTrip[])[] = [];
  for (const trip of sorted) {
    const before = rows.filter((row) => (row.at(-1)?.to ?? 0) <= trip.from);
    rows.push([...longestOf(before), trip]);
  }
  return longestOf(rows);
}

function longestOf(rows: readonly (readonly StorageTrip[])[]): readonly StorageTrip[] {
  return rows.reduce((a, b) => (b.length > a.length ? b : a), []);
}
