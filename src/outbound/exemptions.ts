import { BlockList, isIP } from 'node:net';
import { once } from '../shared/once.ts';

/** Whether a host is spoken to without a proxy; the port is that of the address, written out. */
export type Exemptions = (host: string, port: number) => boolean;

const LONGEST_PREFIX = { 4: 32, 6: 128 } as const;

/**
 * Reads NO_PROXY as curl and Go do: hosts with all below them (`example.com`, `.example.com`, `*.example.com`), each with or
 * without a port, IP addresses, networks (`10.0.0.0/8`), and `*` for everything. What is none of these matches nothing.
 * Sources: https://curl.se/libcurl/c/CURLOPT_NOPROXY.html and https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export function readExemptions(noProxy: string): Exemptions {
  const entries = noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  if (entries.includes('*')) return () => true;
  const exemptions = entries.map(readEntry);
  return (host, port) => exemptions.some((matches) => matches(host, port));
}

function readEntry(entry: string): Exemptions {
  const [address = '', prefix] = entry.split('/');
  if (isIP(bare(address)) !== 0) return network(bare(address), prefix);
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
  const host = bare(name).replace(/^\*?\./, '');
  if (host === '') return () => false;
  const matches = isIP(host) === 0 ? domain(host) : network(host, undefined);
  return (asked, askedPort) => matches(asked, askedPort) && (port === undefined || Number(port) === askedPort);
}

function domain(name: string): Exemptions {
  return (host) => host === name || host.endsWith(`.${name}`);
}

function network(address: string, prefix: string | undefined): Exemptions {
  const version = isIP(address) === 6 ? 6 : 4;
  const bits = prefix === undefined || prefix === '' ? LONGEST_PREFIX[version] : Number(prefix);
  if (!Number.isInteger(bits) || bits < 0 || bits > LONGEST_PREFIX[version]) return () => false;
  const addresses = new BlockList();
  addresses.addSubnet(address, bits, `ipv${version}`);
  return (host) => isIP(host) !== 0 && addresses.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}

/** This machine, and what answers on its link only. */
export const ON_THIS_MACHINE: Exemptions = (host, port) => thisMachine()(host, port);

const thisMachine = once(() => readExemptions('localhost,127.0.0.0/8,::1,169.254.0.0/16,fe80::/10'));

/** Without the brackets of an IPv6 address in a URL. */
export function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
