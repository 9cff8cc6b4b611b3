import { expect, it } from 'vitest';
import { withLoopbackDirect } from '../../../src/outbound/loopback.ts';

it.each([
  [{}, { NO_PROXY: 'localhost,127.0.0.1,::1' }],
  [{ NO_PROXY: '.corp, localhost' }, { NO_PROXY: '.corp,localhost,127.0.0.1,::1' }],
  [{ no_proxy: '10.0.0.1', NO_PROXY: 'x' }, { no_proxy: '10.0.0.1,localhost,127.0.0.1,::1' }],
])('exempts this machine in %o, and keeps what is there', (given, expected) => {
  expect(withLoopbackDirect(given)).toEqual(expected);
});
