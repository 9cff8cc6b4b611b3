import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * What whoever serves an app to other machines must know; nothing for an address that only this machine reaches. Every route but the
 * health of the app and the page without its data wants a key, there as here.
 */
export function exposure(host: string, hasOwnStorage: boolean): readonly string[] {
  if (LOOPBACK.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4')) return [];
  return [
    `${host} is open to other machines, without TLS: keys and configurations can be read on their way. Put a proxy with TLS in front.`,
    'A key without a scope opens everything; give each caller one of its own (for example: draftgenie-deploy key ci --allow deploy --serve).',
    ...(hasOwnStorage
      ? [
          'Other machines cannot reach the storage, so that they can upload no sources; DEPLOYMENT_STORAGE names one that they reach.',
        ]
      : []),
  ];
}
