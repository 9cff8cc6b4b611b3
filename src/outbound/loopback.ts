import type { Variables } from './proxy-settings.ts';

/** As every program that reads NO_PROXY understands them: without networks. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/**
 * Variables in which this machine is exempt from proxies. For libraries that read them on their own: durable-functions asks its
 * host on this machine with axios, which would take that to HTTP_PROXY.
 */
export function withLoopbackDirect(variables: Variables): Variables {
  const name = variables.no_proxy ? 'no_proxy' : 'NO_PROXY';
  const given = (variables[name] ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  return { [name]: [...new Set([...given, ...LOOPBACK])].join(',') };
}
