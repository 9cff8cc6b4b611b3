import { expect, it } from 'vitest';
import { exposure } from '../../../src/cli/serve/exposure.ts';

it.each(['127.0.0.1', '127.0.0.2', '::1'])('%s is reached by this machine alone: nothing is said', (host) => {
  expect(exposure(host, true)).toEqual([]);
});

it.each(['0.0.0.0', '192.168.0.7', '::', 'fe80::1'])('%s is open to others: what that means is said', (host) => {
  const said = exposure(host, true).join('\n');
  expect(said).toContain(`${host} is open to other machines, without TLS`);
  expect(said).toContain('DEPLOYMENT_STORAGE');
  expect(exposure(host, false).join('\n')).not.toContain('DEPLOYMENT_STORAGE');
});
