import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../../src/azure/ports.ts';
import { examineNetwork } from '../../../src/doctor/network.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';

const NOW = new Date('2026-01-01T12:00:00.000Z');

async function look(answer: ProbeResult, proxy?: string) {
  const { cloud, probe } = fakeAzure().azure;
  const asked = { cloud, probe: { ...probe, get: async () => answer } };
  return await examineNetwork(asked, () => proxy, { now: () => NOW });
}

const at = (date: string): ProbeResult => ({ kind: 'answered', status: 404, date: new Date(date) });

describe('the network', () => {
  it('is there when anything answers, and says which way', async () => {
    const { lines, isReachable } = await look({ kind: 'answered', status: 503 }, 'http://proxy.example.com:8080');
    expect(isReachable).toBe(true);
    expect(lines).toEqual([
      {
        check: 'network',
        status: 'ok',
        text: 'management.azure.com and login.microsoftonline.com answer, through the proxy http://proxy.example.com:8080',
      },
    ]);
  });

  it('is away with the reason, and its repair', async () => {
    const { lines, isReachable } = await look({ kind: 'unreachable', code: 'HostNotFound', message: 'no such name' });
    expect(isReachable).toBe(false);
    expect(lines).toMatchObject([
      { status: 'failed', text: 'management.azure.com: no such name', repair: expect.stringContaining('HTTPS_PROXY') },
      { status: 'failed', text: 'login.microsoftonline.com: no such name' },
    ]);
    const untrusted = await look({ kind: 'unreachable', code: 'certificate_untrusted', message: 'self-signed' });
    expect(untrusted.lines[0]).toMatchObject({ repair: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
  });
});

describe('the clock', () => {
  it.each([
    ['2026-01-01T12:00:00.000Z', 'ok', "within 1 s of Azure's"],
    ['2026-01-01T12:05:00.000Z', 'ok', "within 300 s of Azure's"],
    ['2026-01-01T12:05:01.000Z', 'failed', '5 minutes behind'],
    ['2026-01-01T11:00:00.000Z', 'failed', '60 minutes ahead of'],
  ])('of Azure says %s: %s', async (date, status, text) => {
    const { lines } = await look(at(date));
    expect(lines[1]).toMatchObject({ check: 'clock', status, text: expect.stringContaining(text) });
  });
});
