import type { Server } from 'node:http';
import net from 'node:net';
import type { ProgrammingModel } from '../core-api.ts';

/** The HTTP server of @azure/functions that takes requests for handlers when an app asked for HTTP streaming. */
export interface HttpStream {
  /** On loopback. */
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';

/**
 * Asks the library for its capabilities, upon which it starts its server. It would listen on every address of the machine
 * and keep the process alive for ever (setupHttpProxy in @azure/functions, src/http/httpProxy.ts), so the call that makes it
 * listen is bound to loopback here. It happens before the first await of getCapabilities.
 */
export async function openHttpStream(model: ProgrammingModel): Promise<HttpStream | undefined> {
  const prototype = net.Server.prototype as unknown as { listen: (...args: unknown[]) => unknown };
  const listen = prototype.listen;
  let server: Server | undefined;
  prototype.listen = function bound(this: Server, ...args: unknown[]): unknown {
    server = this;
    const callback = args.find((argument) => typeof argument === 'function');
    return Reflect.apply(listen, this, [{ host: LOOPBACK, port: 0 }, callback]);
  };
  let starting: ReturnType<ProgrammingModel['getCapabilities']>;
  try {
    starting = model.getCapabilities({});
  } finally {
    prototype.listen = listen;
  }
  const { HttpUri } = await starting;
  if (HttpUri === undefined || !server) return undefined;
  const opened = server;
  // Time limits are the front listener's; this one must not cut a slow upload short.
  opened.requestTimeout = 0;
  opened.headersTimeout = 0;
  // The library opens it once in a process and never closes it, and it must not keep the process alive.
  opened.unref();
  return { port: (opened.address() as net.AddressInfo).port };
}
