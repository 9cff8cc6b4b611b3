import { UserError } from '../shared/errors.ts';
import { bare, ON_THIS_MACHINE, readExemptions } from './exemptions.ts';

/** The variables of a process, or some of them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Answers the proxy that an address is reached through; undefined: none. */
export type ProxyOf = (address: URL) => URL | undefined;

/**
 * Reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in small letters first, as curl does.
 * https://curl.se/docs/manpage.html#ENVIRONMENT
 * @throws UserError `proxy_setting_invalid`, without the value, which may hold a password
 */
export function readProxySettings(variables: Variables): ProxyOf {
  const find = (name: string): string | undefined => variables[name.toLowerCase()] || variables[name] || undefined;
  const proxyFor = (name: string): URL | undefined => {
    const [used, text] = find(name) === undefined ? ['ALL_PROXY', find('ALL_PROXY')] : [name, find(name)];
    return text === undefined ? undefined : proxyAddress(used, text);
  };
  const proxies = new Map([
    ['https:', proxyFor('HTTPS_PROXY')],
    ['http:', proxyFor('HTTP_PROXY')],
  ]);
  const isExempt = readExemptions(find('NO_PROXY') ?? '');
  return ({ protocol, hostname, port }) => {
    const host = bare(hostname);
    const portNumber = Number(port || (protocol === 'https:' ? 443 : 80));
    // Azure's own metadata service is not to be asked through a proxy:
    // https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#proxies
    return ON_THIS_MACHINE(host, portNumber) || isExempt(host, portNumber) ? undefined : proxies.get(protocol);
  };
}

function proxyAddress(name: string, text: string): URL {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address && ['http:', 'https:'].includes(address.protocol) && address.hostname !== '') return address;
  throw new UserError(`${name} is not the address of a proxy.`, {
    code: 'proxy_setting_invalid',
    hint: 'Write it as http://host:port or https://host:port; characters of a password percent-encoded.',
  });
}
