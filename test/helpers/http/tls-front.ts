import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Authority } from '../../../src/simulator/tls/authority.ts';

/** Speaks TLS for any host name in front of a server of this machine that does not. */
export async function startTlsFront(authority: Authority, port: number): Promise<number> {
  const server = createServer(
    {
      SNICallback: (host, callback) => {
        authority.contextFor(host).then(
          (context) => callback(null, context),
          (error: Error) => callback(error),
        );
      },
    },
    (client) => {
      const behind = connect(port, '127.0.0.1');
      behind.on('error', () => client.destroy());
      client.on('error', () => behind.destroy());
      behind.pipe(client).pipe(behind);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
