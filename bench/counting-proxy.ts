import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a storage emulator and counts what is asked of one container. */
export interface CountingProxy {
  /** The same account by way of the proxy. */
  readonly connectionString: string;
  count(): number;
  close(): void;
}

export async function startCountingProxy(connectionString: string, container: string): Promise<CountingProxy> {
  const endpoint = /BlobEndpoint=([^;]+)/.exec(connectionString)?.[1];
  if (endpoint === undefined) throw new Error('the storage has no address of its own');
  const { hostname, port, origin, pathname } = new URL(endpoint);
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    if (incoming.url?.startsWith(`${pathname}/${container}`)) count += 1;
    const { method, url: path, headers } = incoming;
    const forwarded = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    connectionString: connectionString.replace(origin, own),
    count: () => count,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
