import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ConnectProxy {
  readonly port: number;
  /** `CONNECT host:port` and `GET http://…`, with the status of the answer, in the order of their arrival. */
  readonly asked: readonly { readonly target: string; readonly status: number }[];
  /** Hosts of all tunnels that were opened. */
  hosts(): ReadonlySet<string>;
}

export interface ConnectProxyOptions {
  /** The port of this machine that a host is found at; undefined: the host is not found (502). */
  readonly portOf: (host: string) => number | undefined;
  /** Asked for with 407. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** Hosts that are answered with this status in place of a tunnel. */
  readonly refuses?: (host: string) => number | undefined;
}

/** A proxy on loopback that opens tunnels, and to which alone the hosts are known. */
export async function startConnectProxy(options: ConnectProxyOptions): Promise<ConnectProxy> {
  const asked: { target: string; status: number }[] = [];
  const server = createServer((request, response) => {
    const status = isKnown(request, options) ? 501 : 407;
    asked.push({ target: `${request.method} ${request.url}`, status });
    response.writeHead(status).end();
  });
  server.on('connect', (request, client: Socket) => {
    const { hostname } = new URL(`http://${request.url}`);
    const port = options.portOf(hostname);
    const found = port === undefined ? 502 : 200;
    const status = isKnown(request, options) ? (options.refuses?.(hostname) ?? found) : 407;
    asked.push({ target: `CONNECT ${request.url}`, status });
    client.on('error', () => client.destroy());
    if (status !== 200 || port === undefined) return void client.end(`HTTP/1.1 ${status} Told so\r\n\r\n`);
    const host = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      host.pipe(client).pipe(host);
    });
    host.on('error', () => client.destroy());
    client.on('close', () => host.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    hosts: () =>
      new Set(asked.flatMap(({ target, status }) => (status === 200 ? (target.split(/[ :]/)[1] ?? []) : []))),
  };
}

function isKnown({ headers }: IncomingMessage, { credentials }: ConnectProxyOptions): boolean {
  if (!credentials) return true;
  const expected = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  return headers['proxy-authorization'] === `Basic ${expected}`;
}
