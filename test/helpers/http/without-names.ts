import dns from 'node:dns';
import { appendFileSync } from 'node:fs';

/**
 * Loaded before the product: a process that finds no host by its name, as behind a firewall where only the proxy does. Names that
 * were asked for are noted in the file that FORBIDDEN_NAMES names, since some failures are no failures of a deployment.
 */
const notes = process.env.FORBIDDEN_NAMES ?? '';
const { lookup } = dns;
type Lookup = (host: string, options: object, callback: (error: Error, ...rest: unknown[]) => void) => void;

dns.lookup = ((host, options, callback) => {
  if (/^(localhost|127\.0\.0\.1|::1)$/.test(host)) return void (lookup as unknown as Lookup)(host, options, callback);
  appendFileSync(notes, `${host}\n`);
  callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }));
}) satisfies Lookup as unknown as typeof lookup;
