import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** A way into the simulator for clients that let nobody bend their sockets, but know `HTTPS_PROXY`. */
export interface ConnectProxy {
  /** `http://127.0.0.1:PORT`, for `HTTPS_PROXY`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * An HTTP proxy on the loopback interface: whatever host a client asks to be connected with (`CONNECT name:443`, RFC 9110
 * section 9.3.6), it is connected with the simulator, which answers for the name by the TLS handshake.
 *
 * @param to the simulator's port on this machine
 */
export async function openConnectProxy(to: { readonly port: number }): Promise<ConnectProxy> {
  const server = createServer((_request, response) => {
    response.writeHead(405, { 'content-type': 'text/plain' }).end('This proxy takes CONNECT only.\n');
  });
  const open = new Set<Duplex>();
  server.on('connect', (_request, client, head) => {
    open.add(client);
    const upstream = connect({ host: '127.0.0.1', port: to.port }, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    // Either side gone, the other is of no more use.
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.on('close', () => {
      open.delete(client);
      upstream.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        // These the server has handed over.
        for (const client of open) client.destroy();
      }),
  };
}
