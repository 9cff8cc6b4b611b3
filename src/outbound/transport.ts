import { Agent } from 'node:https';
import { connect } from 'node:tls';
import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { forgetIdle } from './forget-idle.ts';
import { observed } from './observed-requests.ts';
import { pacedBody } from './paced-body.ts';
import { processRoutes, type Routes } from './routes.ts';
import { type ClientTerms, termsOf } from './terms.ts';
import { type NoAnswer, USUAL_LIMITS } from './time-limits.ts';
import { watchRequest } from './watch-request.ts';
import { watchedAgent } from './watched-agent.ts';

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
 * Its requests reject with NoAnswer when a limit of time is over (time-limits.ts), and with HostRefused where they carry credentials and no client's terms (terms.ts) say where these may go.
 */
export function createTransport({ connectTo, routes = processRoutes() }: TransportOptions = {}): HttpClient {
  const inner = createDefaultHttpClient();
  const bent = connectTo && bentAgent(connectTo);
  return {
    async sendRequest(request) {
      const terms = termsOf(request);
      const answered = () => send(request, terms);
      return await (terms?.isOwnStorage ? answered() : observed(request, answered));
    },
  };

  async function send(request: PipelineRequest, terms: ClientTerms | undefined): Promise<PipelineResponse> {
    const url = new URL(request.url);
    const { body, timeout } = request;
    const limits = { ...USUAL_LIMITS, ...terms?.limits, ...(timeout > 0 && { whole: timeout / 1000 }) };
    let watch: ReturnType<typeof watchRequest> | undefined;
    const agent = bent ?? routes.agentFor(url);
    request.agent = watchedAgent(agent, (sent) => {
      watch = watchRequest(sent, url.host, limits);
    });
    // Its own time is one of ours now, which says who did not answer, and in what.
    request.timeout = 0;
    if (body instanceof Uint8Array) {
      request.headers.set('content-length', String(body.length));
      request.body = () => pacedBody(body);
    }
    try {
      return await inner.sendRequest(request);
    } catch (error) {
      const failure = watch?.failure();
      if (failure) forgetIdle(agent, url);
      throw restErrorOf(failure) ?? error;
    } finally {
      request.timeout = timeout;
      request.body = body;
    }
  }
}

/** The clients of storage try again after errors of the SDKs' own class only. Without the request, which holds a token. */
function restErrorOf(failure: NoAnswer | undefined): RestError | undefined {
  return failure && Object.assign(new RestError(failure.message, { code: failure.code }), { cause: failure });
}

/** Connects to a simulator, whatever the host, and trusts only its authority. */
export function bentAgent({ port, caCertificate }: { readonly port: number; readonly caCertificate: string }): Agent {
  const agent = new Agent({ keepAlive: true, maxCachedSessions: 0 });
  agent.createConnection = (options) => {
    const host = 'host' in options ? (options.host ?? undefined) : undefined;
    return connect({ host: '127.0.0.1', port, ca: caCertificate, ...(host !== undefined && { servername: host }) });
  };
  return agent;
}
