import { describe, expect, it } from 'vitest';
import { placeAt } from '../../../src/page/address.ts';
import { rightsOf } from '../../../src/page/http/session.ts';
import { shown } from '../../../src/page/parts/shown.ts';
import { about, ago, duration } from '../../../src/page/parts/time.ts';

describe('text of others', () => {
  it('shows what cannot be seen, and leaves everything else as it is', () => {
    expect(shown('a\u001b[31mb\u0000\u202ec\u0085')).toBe('a␛[31mb␀\\u202ec\\u0085');
    expect(shown('<b>äß✓\t\n')).toBe('<b>äß✓\t\n');
  });

  it('is cut with its length', () => {
    expect(shown('x'.repeat(1_000_000), 10)).toBe('xxxxxxxxxx… (1,000,000 characters)');
  });
});

describe('times', () => {
  it('are told as people say them', () => {
    expect([12, 12_000, 370_000, 3_900_000].map(duration)).toEqual(['12 ms', '12 s', '6 min 10 s', '1 h 05 min']);
    expect([20, 860, 7200].map(about)).toEqual(['under a minute', 'about 14 min', 'about 2 h']);
    const now = Date.parse('2026-01-03T00:00:00Z');
    expect(
      ['2026-01-02T23:59:50Z', '2026-01-02T23:00:00Z', '2026-01-01T00:00:00Z', '2026-01-03T05:00:00Z'].map((at) =>
        ago(at, now),
      ),
    ).toEqual(['just now', '1 h ago', '2 days ago', 'in 5 h']);
  });
});

describe('the address', () => {
  it('says what is shown', () => {
    expect(placeAt('#/environments/staging')).toEqual({ kind: 'environment', environment: 'staging' });
    const runId = 'my-staging-01ARZ3NDEKTSV4RRFFQ69G5FAV';
    expect(placeAt(`#/runs/${runId}`)).toEqual({ kind: 'run', runId, environment: 'my-staging' });
    expect(['', '#/', '#/environments/', '#/%zz/x'].map(placeAt)).toEqual(Array(4).fill({ kind: 'environments' }));
  });
});

describe('a key', () => {
  it('says what it is for, or opens all', () => {
    expect(rightsOf('hostkey')).toEqual(['read', 'deploy', 'approve']);
    expect(rightsOf('draftgenie.approve.staging.ann.x')).toEqual(['read', 'approve']);
    expect(rightsOf('draftgenie.deploy._.ci.x')).toEqual(['read', 'deploy']);
  });
});
