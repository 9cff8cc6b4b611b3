import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { once } from '../shared/once.ts';
import { bare } from './exemptions.ts';
import { proxyErrorOf, shownProxy } from './proxy-error.ts';
import { readProxySettings, type Variables } from './proxy-settings.ts';

/** The way that a request takes out of this process: straight to its host, or through a proxy. */
export interface Routes {
  /** Keeps connections open for the next request. */
  agentFor(address: URL): http.Agent;
  /** The proxy on that way, for people: without its password. */
  proxyFor(address: URL): string | undefined;
}

/**
 * The one place that decides about proxies. Node opens the tunnels (https://nodejs.org/api/http.html#built-in-proxy-support,
 * since 22.21), and trusts what NODE_EXTRA_CA_CERTS names besides its own authorities, with a proxy as without.
 * @param lookup of names on the straight way; a proxy looks names up by itself
 * @throws UserError `proxy_setting_invalid`
 */
export function createRoutes(variables: Variables, lookup?: LookupFunction): Routes {
  const proxyOf = readProxySettings(variables);
  const agents = new Map<string, http.Agent>();
  return {
    agentFor(address) {
      const proxy = proxyOf(address);
      const key = `${address.protocol} ${proxy?.href ?? ''}`;
      const agent = agents.get(key) ?? agentOf(address.protocol, proxy, lookup);
      agents.set(key, agent);
      return agent;
    },
    proxyFor(address) {
      const proxy = proxyOf(address);
      return proxy && shownProxy(proxy);
    },
  };
}

/** Those of the process's own variables, read at the first request. */
export const processRoutes = once(() => createRoutes(process.env));

function agentOf(protocol: string, proxy: URL | undefined, lookup: LookupFunction | undefined): http.Agent {
  const isSecure = protocol === 'https:';
  // Said even where there is none, so that nothing else decides: Node itself reads the variables with NODE_USE_ENV_PROXY.
  const proxyEnv = proxy && { [isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY']: proxy.href };
  const options = { keepAlive: true, proxyEnv: proxyEnv ?? {}, ...(lookup && !proxy && { lookup }) };
  const agent = isSecure ? new https.Agent(options) : new http.Agent(options);
  return proxy ? withPlainErrors(agent, proxy) : agent;
}

/** A tunnel that fails says why, and never shows the password in the proxy's address. */
function withPlainErrors(agent: http.Agent, proxy: URL): http.Agent {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) =>
    connect(options, (error, socket) => {
      if (!error) return callback?.(null, socket);
      socket.destroy();
      callback?.(proxyErrorOf(error, proxy, bare(String(options.host))), socket);
    });
  return agent;
}
