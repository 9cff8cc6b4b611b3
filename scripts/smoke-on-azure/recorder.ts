import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpsRequest, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { openConnectProxy } from '../../src/simulator/connect-proxy.ts';
import { createAuthority } from '../../src/simulator/tls/authority.ts';
import { type Exchange, withoutSecrets } from './exchange.ts';

/** Where a request to a host really goes: nothing for Azure itself, for a test the simulator. */
export type Upstream = (host: string) => Pick<RequestOptions, 'host' | 'port' | 'ca'>;

/** A proxy that looks into what a deployer and Azure say to each other, on this machine alone. */
export interface Recorder {
  /** For `HTTPS_PROXY`. */
  readonly proxy: string;
  /** PEM; what the deployer must trust for as long as it is recorded. */
  readonly caCertificate: string;
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

/** Its authority is made anew each time and stays in memory; upstream the certificates of Azure are checked as always. */
export async function openRecorder(upstream: Upstream): Promise<Recorder> {
  const authority = await createAuthority('Recorder of a smoke test');
  const exchanges: Exchange[] = [];
  const pass = async (received: IncomingMessage, response: ServerResponse): Promise<void> => {
    const host = received.headers.host ?? '';
    const { method = 'GET', url: target = '/' } = received;
    const request = await text(received);
    const answer = await forward({ ...upstream(host), method, path: target, headers: received.headers }, host, request);
    const body = await text(answer);
    const status = answer.statusCode ?? 502;
    exchanges.push(withoutSecrets({ method, host, target, status, request, answer: body }));
    const { 'transfer-encoding': _chunked, ...headers } = answer.headers;
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    response.end(method === 'HEAD' ? undefined : body);
  };
  const server = createServer(
    {
      SNICallback: (host, done) => {
        authority.contextFor(host).then((context) => done(null, context), done);
      },
    },
    // Broken off, so that the deployer takes it for what it is: no answer.
    (received, response) => void pass(received, response).catch(() => response.destroy()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await openConnectProxy({ port: (server.address() as AddressInfo).port });
  return {
    proxy: proxy.url,
    caCertificate: authority.certificate,
    exchanges,
    async close() {
      await proxy.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(options: RequestOptions, host: string, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const name = host.replace(/:\d+$/, '');
    // Uncompressed, so that it can be read and passed on as it is.
    const headers = { ...options.headers, 'accept-encoding': 'identity' };
    const request = httpsRequest({ host: name, port: 443, ...options, headers, servername: name }, resolve);
    request.once('error', reject);
    request.end(body);
  });
}
