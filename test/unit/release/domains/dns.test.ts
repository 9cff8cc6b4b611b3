import { describe, expect, it } from 'vitest';
import type { DnsAnswer } from '../../../../src/azure/ports.ts';
import { refusedByCaa } from '../../../../src/release/domains/caa.ts';
import { missingRecords } from '../../../../src/release/domains/shown-records.ts';

/** What DNS shows, by `TYPE name`; `away` is not answered. */
function dns(shown: Readonly<Record<string, readonly string[] | 'away'>>) {
  const asked: string[] = [];
  return {
    asked,
    async ask(name: string, type: string): Promise<DnsAnswer> {
      asked.push(`${type} ${name}`);
      const values = shown[`${type} ${name}`] ?? [];
      return values === 'away' ? { kind: 'unanswered', message: 'queryA ETIMEOUT' } : { kind: 'answered', values };
    },
  };
}

const ALIAS = { type: 'CNAME', name: 'www.example.org', value: 'web.happy.azurecontainerapps.io' } as const;
const ADDRESS = { type: 'A', name: 'example.org', value: '203.0.113.7' } as const;
const OWNER = { type: 'TXT', name: 'asuid.www.example.org', value: 'ABC' } as const;

describe('the records of a name', () => {
  it('are there when DNS shows them, in any case, and texts also beside others', async () => {
    const shown = dns({
      'CNAME www.example.org': ['Web.happy.azurecontainerapps.io'],
      'A example.org': ['203.0.113.7'],
      'TXT asuid.www.example.org': ['v=spf1 -all', 'ABC'],
    });
    expect(await missingRecords(shown, [ALIAS, ADDRESS, OWNER])).toEqual([]);
  });

  it.each([
    [ALIAS, {}, 'DNS shows none yet'],
    [ALIAS, { 'CNAME www.example.org': ['old.example.net'] }, 'DNS shows old.example.net'],
    [ALIAS, { 'A www.example.org': ['198.51.100.1'] }, 'DNS shows A 198.51.100.1'],
    [ADDRESS, { 'A example.org': ['203.0.113.7', '198.51.100.1'] }, 'DNS shows 203.0.113.7, 198.51.100.1'],
    [ADDRESS, { 'CNAME example.org': ['old.example.net'] }, 'DNS shows CNAME old.example.net'],
    [OWNER, { 'TXT asuid.www.example.org': ['abc'] }, 'DNS shows abc'],
    [OWNER, { 'TXT asuid.www.example.org': 'away' }, 'DNS could not be asked: queryA ETIMEOUT'],
  ] as const)('are told with what DNS shows instead: %o, %o', async (record, shown, text) => {
    const { type, name, value } = record;
    expect(await missingRecords(dns(shown), [record])).toEqual([`${type.padEnd(5)} ${name} → ${value} (${text})`]);
  });
});

describe('the CAA records of a name', () => {
  it('are those of the nearest name above it that has any', async () => {
    const shown = dns({ 'CAA example.org': ['issue letsencrypt.org'], 'CAA org': ['issue digicert.com'] });
    expect(await refusedByCaa(shown, 'a.www.example.org')).toBe(
      'the CAA records of example.org allow letsencrypt.org only; add there: 0 issue "digicert.com"',
    );
    expect(shown.asked).toEqual(['CAA a.www.example.org', 'CAA www.example.org', 'CAA example.org']);
  });

  it.each([
    [[], undefined],
    [['issue digicert.com'], undefined],
    [['issue letsencrypt.org', 'issue digicert.com; account=1'], undefined],
    [['iodef mailto:admin@example.org'], undefined],
    [['issuewild ;'], undefined],
    ['away', undefined],
    [['issue ;'], /allow nobody only/],
    [['issue notdigicert.com'], /allow notdigicert\.com only/],
  ] as const)('forbid a certificate only where they say who else may issue one: %o', async (values, told) => {
    const refused = await refusedByCaa(dns({ 'CAA www.example.org': values }), 'www.example.org');
    if (told === undefined) expect(refused).toBeUndefined();
    else expect(refused).toMatch(told);
  });
});
