import { describe, expect, it } from 'vitest';
import {
  expiryPhase,
  expiryText,
  isNoticed,
  marked,
  whyNotMarked,
  withNotice,
} from '../../../../src/domain/expiry/expiry.ts';
import { closedState } from '../../../../src/domain/removal/closed-state.ts';
import { type EnvironmentState, emptyState } from '../../../../src/domain/state.ts';

const START = new Date('2026-01-01T00:00:00Z');
const hoursIn = (hours: number): Date => new Date(START.getTime() + hours * 3_600_000);
const NEW = emptyState('pr-7');
const ASKED = { expires: '72h', from: 'staging', by: 'ann@laptop' };
const MARKED = marked(NEW, ASKED, START);
const DEPLOYED: EnvironmentState = {
  ...NEW,
  resources: {
    'key-vault': { id: '/v', type: 'T', step: 'create_key_vault', holds_data: false, immutable: {} },
  },
};

describe('the mark of an environment that comes and goes', () => {
  it('says when it ends, who said so, and from what it is made', () => {
    expect(MARKED).toMatchObject({
      from: 'staging',
      expires: { at: '2026-01-04T00:00:00.000Z', set_at: START.toISOString(), by: 'ann@laptop' },
    });
    expect(expiryText('pr-7', { at: '2026-01-04T00:00:00.000Z' }, START)).toBe(
      'pr-7 expires at 2026-01-04T00:00:00.000Z (in 3 d 0 h) and is deleted then, data included.',
    );
  });

  it('stays with a deployment that says nothing, is set anew by one that does, and goes with never', () => {
    expect(marked(MARKED, { by: 'bob' }, hoursIn(50))).toEqual(MARKED);
    expect(marked(MARKED, { expires: '1h', by: 'bob' }, hoursIn(50)).expires).toMatchObject({
      at: hoursIn(51).toISOString(),
      by: 'bob',
    });
    const kept = marked(MARKED, { expires: 'never', by: 'bob' }, hoursIn(50));
    expect([kept.expires, kept.from]).toEqual([undefined, 'staging']);
  });

  it('is gone with the environment, which remembers from what it was made', () => {
    const closed = closedState(MARKED, { at: '', runId: 'r', keptData: false, staying: new Set() });
    expect([closed.expires, closed.from]).toEqual([undefined, 'staging']);
  });

  it('is given to what is new, or has one', () => {
    expect(whyNotMarked(NEW, '72h')).toBeUndefined();
    expect(whyNotMarked({ ...DEPLOYED, ...MARKED, resources: DEPLOYED.resources }, '72h')).toBeUndefined();
    expect(whyNotMarked(DEPLOYED, undefined)).toBeUndefined();
    expect(whyNotMarked(DEPLOYED, 'never')).toBeUndefined();
    expect(whyNotMarked(DEPLOYED, '72h')).toMatch(/^pr-7 was deployed without --expires/);
  });

  it('is not given to what is there already, whatever a state that was lost says of it', () => {
    const server = { action: 'create', key: 'postgresql', id: '/g/servers/a' } as const;
    const setting = { action: 'update', key: 'postgresql:tls', id: '/g/servers/a/configurations/tls' } as const;
    const planned = [server, setting, { action: 'unchanged', key: 'key-vault', id: '/g/vaults/a' }] as const;
    expect(whyNotMarked(NEW, '72h', planned)).toMatch(/^pr-7 is there already \(key-vault\), and its state does not/);
    expect(whyNotMarked(NEW, '72h', [server, setting])).toBeUndefined();
    expect(whyNotMarked(NEW, '72h', [{ ...server, action: 'adopt' }, setting])).toMatch(/\(postgresql:tls\)/);
    expect(whyNotMarked(NEW, undefined, planned)).toBeUndefined();
  });
});

describe('the way to the end', () => {
  it.each([
    [0, 'ahead'],
    [64.7, 'ahead'],
    [64.8, 'soon'],
    [71.9, 'soon'],
    [72, 'due'],
    [9000, 'due'],
    [-9000, 'ahead'],
  ])('after %d of 72 hours is %s', (hours, phase) => {
    expect(expiryPhase(MARKED, hoursIn(hours))).toBe(phase);
  });

  it('is told no earlier than a day before', () => {
    const long = marked(NEW, { expires: '30d', by: 'ann' }, START);
    expect([expiryPhase(long, hoursIn(28.9 * 24)), expiryPhase(long, hoursIn(29 * 24))]).toEqual(['ahead', 'soon']);
  });

  it('is none without a mark', () => {
    expect(expiryPhase(DEPLOYED, hoursIn(9000))).toBeUndefined();
    expect(withNotice(DEPLOYED, hoursIn(9000))).toBe(DEPLOYED);
  });

  it('ends some minutes after it was told at the earliest: a clock that jumped ahead may be set right', () => {
    const told = withNotice(MARKED, hoursIn(100));
    expect(withNotice(told, hoursIn(101))).toBe(told);
    const { expires } = told;
    if (!expires) throw new Error('no mark');
    const minutesLater = (minutes: number): Date => new Date(hoursIn(100).getTime() + minutes * 60_000);
    expect([0, 3, 4, 60].map((minutes) => isNoticed(expires, minutesLater(minutes)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    // It was told by a clock that has been set back since.
    expect(isNoticed(expires, hoursIn(73))).toBe(false);
    expect(withNotice(told, hoursIn(73)).expires?.told_at).toBe(hoursIn(73).toISOString());
  });
});
