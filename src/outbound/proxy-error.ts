/** Statuses of a gateway that found or reached nobody behind it: RFC 9110, section 15.6. */
const NOBODY_BEHIND: ReadonlySet<number> = new Set([502, 503, 504]);
/** Of a connection that never came about; once the tunnel is there, errors are the host's. */
const NOT_CONNECTED = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;

type ProxyErrorCode = 'proxy_refused' | 'proxy_unreachable' | 'ENOTFOUND';

/** A proxy, not the host behind it, is why a request was not answered. Names the proxy without its credentials. */
class ProxyError extends Error {
  override readonly name = 'ProxyError';
  /** `ENOTFOUND` where the proxy itself does not find or reach the host: the same as without a proxy. */
  readonly code: ProxyErrorCode;

  constructor(code: ProxyErrorCode, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Without its credentials. */
export function shownProxy({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

/** What Node throws while it asks a proxy for a tunnel; other errors stay what they are. */
export function proxyErrorOf(error: NodeJS.ErrnoException, proxy: URL, host: string): Error {
  const shown = shownProxy(proxy);
  const status = 'statusCode' in error ? Number(error.statusCode) : undefined;
  if (status === undefined) {
    if (error.code !== 'ERR_PROXY_TUNNEL' && !NOT_CONNECTED.test(error.code ?? '')) return error;
    const reason = error.code === 'ERR_PROXY_TUNNEL' ? 'it gave no answer' : error.code;
    return new ProxyError('proxy_unreachable', `the proxy ${shown} cannot be reached (${reason})`, undefined);
  }
  // Without a cause: Node's own message quotes the proxy's address with the password.
  if (NOBODY_BEHIND.has(status)) {
    return new ProxyError('ENOTFOUND', `the proxy ${shown} does not reach ${host}: it answers ${status}`, undefined);
  }
  const reason = status === 407 ? 'it wants a user and a password that it knows' : 'it does not let this host pass';
  const message = `the proxy ${shown} refuses the connection to ${host}: it answers ${status}; ${reason}`;
  return new ProxyError('proxy_refused', message, undefined);
}
