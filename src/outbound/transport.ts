import { Agent } from 'node:https';
import { connect } from 'node:tls';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { processRoutes, type Routes } from './routes.ts';
import { termsOf } from './terms.ts';

export interface TransportOptions {
  /**
   * Connects to this port of the loopback address, whatever the host, and trusts only this certificate authority. The
   * simulator listens there: host names, addresses and TLS stay those of Azure.
   */
  readonly connectTo?: { readonly port: number; readonly caCertificate: string };
  readonly routes?: Routes;
}

/**
 * The one HTTP client that every client of the SDKs uses. Whatever agent a client chose, the routes decide: the SDKs' own
 * reading of the proxy variables knows fewer forms of NO_PROXY, and sends requests to this machine to the proxy.
 *
 * Its requests reject with HostRefused where they carry credentials and no client's terms (terms.ts) say where these may go.
 */
export function createTransport({ connectTo, routes = processRoutes() }: TransportOptions = {}): HttpClient {
  const inner = createDefaultHttpClient();
  const bent = connectTo && bentAgent(connectTo);
  return {
    async sendRequest(request) {
      termsOf(request);
      request.agent = bent ?? routes.agentFor(new URL(request.url));
      return await inner.sendRequest(request);
    },
  };
}

function bentAgent({ port, caCertificate }: { readonly port: number; readonly caCertificate: string }): Agent {
  const agent = new Agent({ keepAlive: true, maxCachedSessions: 0 });
  agent.createConnection = (options) => {
    const host = 'host' in options ? (options.host ?? undefined) : undefined;
    return connect({ host: '127.0.0.1', port, ca: caCertificate, ...(host !== undefined && { servername: host }) });
  };
  return agent;
}
