import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Kinds of blob operations that are billed apart; deletions are free. */
export const OPERATION_KINDS = ['write', 'read', 'list', 'other', 'free'] as const;
type OperationKind = (typeof OPERATION_KINDS)[number];
export type OperationCounts = Readonly<Record<OperationKind, number>>;

export interface CountingProxy {
  /** The same account by way of the proxy. */
  readonly connectionString: string;
  /** Of the container so far. */
  total(): number;
  /** Of the container since the last call. */
  take(): OperationCounts;
  close(): Promise<void>;
}

/** Stands before a storage emulator and counts what is asked of one container; other containers belong to the Functions host. */
export async function startCountingProxy(connectionString: string, container: string): Promise<CountingProxy> {
  const [target = ''] = /(?<=BlobEndpoint=http:\/\/127\.0\.0\.1:)\d+/.exec(connectionString) ?? [];
  let counts = none();
  let total = 0;
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const [path = '', query = ''] = url.split('?');
    if (path.split('/')[2] === container) {
      counts[kindOf(method, new URLSearchParams(query))] += 1;
      total += 1;
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
