import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listener {
  readonly port: number;
  /** Accepts no more connections; resolves when every connection is closed. */
  close(): Promise<void>;
  /** Closes the connections that are still open. */
  breakOff(): void;
}

/** Time for a whole request to arrive, so that an endless body cannot hold a connection for ever. */
const REQUEST_TIMEOUT_IN_MS = 5 * 60 * 1000;

/** @throws the error of `listen`, e.g. EADDRINUSE. */
export async function listen(
  handler: RequestListener,
  { hostname, port }: { readonly hostname: string; readonly port: number },
): Promise<Listener> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_IN_MS }, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: hostname, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  let isClosing = false;
  server.on('request', (_request, response) => {
    // A connection that is kept alive becomes idle after its answer, when nobody would close it any more.
    response.once('close', () => {
      if (isClosing) setImmediate(() => server.closeIdleConnections());
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        isClosing = true;
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    breakOff: () => server.closeAllConnections(),
  };
}
