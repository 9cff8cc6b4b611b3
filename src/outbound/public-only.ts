import { type LookupAddress, type LookupOptions, lookup as lookupName } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { once } from '../shared/once.ts';
import { bare, readExemptions } from './exemptions.ts';
import type { Variables } from './proxy-settings.ts';

/** Of a host that is not to be asked: it is, or leads to, an address inside. Says no address, which whoever wrote the name may not know. */
class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress';
  readonly code = 'address_private';

  constructor(host: string) {
    super(`${host} is, or leads to, an address that is not public`);
  }
}

/** Hosts whose addresses a stranger may choose: those of repositories, which configurations name. */
export interface PublicOnly {
  /** Before a request, and at each redirect: an address that needs no look-up. Throws PrivateAddress. */
  require(address: URL): void;
  /** For the connection itself, so that the address that was looked at is the one that is connected to. */
  readonly lookup: LookupFunction;
}

/**
 * Not public: https://www.iana.org/assignments/iana-ipv4-special-registry, and Azure's own service inside of every network,
 * https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
const PRIVATE_4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
];
/** Global unicast is one eighth of all; of it these lead elsewhere: https://www.iana.org/assignments/iana-ipv6-special-registry */
const PUBLIC_6 = ['2000::/3'];
const PRIVATE_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
/** Addresses of IPv4 in the last 32 bits: of a socket for both, and of a network that has IPv6 alone (RFC 6052). */
const MAPPED_4 = ['::ffff:0:0/96', '64:ff9b::/96'];

/** Made for the first address: most processes ask nobody whose name a stranger chose. */
const lists = once(() => ({
  private4: networks(PRIVATE_4, 'ipv4'),
  public6: networks(PUBLIC_6, 'ipv6'),
  private6: networks(PRIVATE_6, 'ipv6'),
  mapped4: networks(MAPPED_4, 'ipv6'),
}));

/** @param allowed hosts and networks that are asked although they are inside, written as NO_PROXY writes them, without ports */
export function publicOnly(allowed: string, resolve: typeof lookupName = lookupName): PublicOnly {
  const isExempt = readExemptions(allowed);
  // The entries have no ports, so any port does.
  const isAllowed = (host: string): boolean => isExempt(host, 0);
  const isUsable = (address: string): boolean => isPublic(address) || isAllowed(address);
  return {
    require({ hostname }) {
      const host = bare(hostname);
      if (isIP(host) !== 0 && !isUsable(host)) throw new PrivateAddress(hostname);
    },
    lookup(host, options: LookupOptions, callback) {
      resolve(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
        if (error) return callback(error, []);
        const usable = isAllowed(host) ? found : found.filter(({ address }) => isUsable(address));
        const [first] = usable;
        if (!first) return callback(new PrivateAddress(host), []);
        if (options.all) callback(null, usable);
        else callback(null, first.address, first.family);
      });
    },
  };
}

/** That of the process: what `DRAFTGENIE_PRIVATE_GIT_HOSTS` names may be inside. */
export function publicOnlyBut(variables: Variables): PublicOnly {
  return publicOnly(variables.DRAFTGENIE_PRIVATE_GIT_HOSTS ?? '');
}

export function isPublic(address: string): boolean {
  const { private4, public6, private6, mapped4 } = lists();
  if (isIP(address) === 4) return !private4.check(address, 'ipv4');
  const [plain = ''] = address.split('%');
  if (mapped4.check(plain, 'ipv6')) return isPublic(lastFour(plain));
  return public6.check(plain, 'ipv6') && !private6.check(plain, 'ipv6');
}

/** The IPv4 address at the end of one of IPv6, whichever way that is written. */
function lastFour(address: string): string {
  const dotted = /[^:]+\.[^:]+$/.exec(address);
  if (dotted) return dotted[0];
  // As a URL writes it: the last two groups are there, unless they are zero.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':').slice(-2);
  const [high = 0, low = 0] = groups.map((group) => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function networks(all: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const network of all) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}
