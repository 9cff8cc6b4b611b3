import { Agent } from 'node:https';
import { connect } from 'node:tls';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';

export interface TransportOptions {
  /**
   * Connects to this port of the loopback address, whatever the host, and trusts only this certificate authority. The
   * simulator listens there: host names, addresses and TLS stay those of Azure.
   */
  readonly connectTo?: { readonly port: number; readonly caCertificate: string };
}

/** The one HTTP client that every Azure client of a connection uses. */
export function createTransport({ connectTo }: TransportOptions = {}): HttpClient {
  const inner = createDefaultHttpClient();
  if (!connectTo) return inner;
  const { port, caCertificate } = connectTo;
  const agent = new Agent({ keepAlive: true, maxCachedSessions: 0 });
  agent.createConnection = (options) => {
    const host = 'host' in options ? (options.host ?? undefined) : undefined;
    return connect({ host: '127.0.0.1', port, ca: caCertificate, ...(host !== undefined && { servername: host }) });
  };
  return {
    sendRequest(request) {
      request.agent = agent;
      return inner.sendRequest(request);
    },
  };
}
