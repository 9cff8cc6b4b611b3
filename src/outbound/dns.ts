import type { CaaRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';

type DnsType = 'A' | 'CNAME' | 'TXT' | 'CAA';

/** `unanswered`: nobody can tell; that there are no records is an answer. */
export type DnsAnswer =
  | { readonly kind: 'answered'; readonly values: readonly string[] }
  | { readonly kind: 'unanswered'; readonly message: string };

/** What the world sees of a name. */
export interface Dns {
  /** Records of the name itself: addresses, the name it stands for, texts, or properties as `issue digicert.com`. */
  ask(name: string, type: DnsType): Promise<DnsAnswer>;
}

export interface DnsOptions {
  /** `127.0.0.1:5353`; absent: the resolvers of the system. */
  readonly servers?: readonly string[];
}

/** Resolvers ask one after the other, so that this is not all that a look may take. */
const TIMEOUT_IN_MS = 5000;
const TRIES = 2;

/** That a name has no such records, or is none at all: https://nodejs.org/api/dns.html#error-codes */
const NOTHING = new Set(['ENODATA', 'ENOTFOUND']);

/** Asks resolvers anew each time: the cache of this machine, and its hosts file, are nobody else's. */
export function createDns({ servers }: DnsOptions = {}): Dns {
  const resolver = new Resolver({ timeout: TIMEOUT_IN_MS, tries: TRIES });
  if (servers) resolver.setServers(servers);
  return {
    async ask(name, type) {
      try {
        return { kind: 'answered', values: await valuesOf(resolver, name, type) };
      } catch (error) {
        const { code = '', message } = error as NodeJS.ErrnoException;
        if (NOTHING.has(code)) return { kind: 'answered', values: [] };
        if (code === '') throw error;
        return { kind: 'unanswered', message };
      }
    },
  };
}

async function valuesOf(resolver: Resolver, name: string, type: DnsType): Promise<readonly string[]> {
  switch (type) {
    case 'A':
      return await resolver.resolve4(name);
    case 'CNAME':
      return (await resolver.resolveCname(name)).map((target) => target.toLowerCase().replace(/\.$/, ''));
    case 'TXT':
      // A long text comes in parts of 255 bytes.
      return (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
    case 'CAA':
      return (await resolver.resolveCaa(name)).map(propertyText);
  }
}

/** What a record says besides its property: its flag, and in later versions of Node its type. */
const NO_PROPERTY = ['critical', 'type'];

/** `issue digicert.com`: each record has one property. */
function propertyText(record: CaaRecord): string {
  return Object.entries(record)
    .filter(([key]) => !NO_PROPERTY.includes(key))
    .map(([tag, value]) => `${tag} ${String(value)}`)
    .join(' ');
}
