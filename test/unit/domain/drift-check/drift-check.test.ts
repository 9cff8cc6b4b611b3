import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { storedConfigSchema } from '../../../../src/domain/config/stored.ts';
import { type Drift, driftOf } from '../../../../src/domain/drift.ts';
import {
  isCheckDue,
  nextCheck,
  outdatedChecks,
  withChecked,
  withSchedule,
} from '../../../../src/domain/drift-check/drift-check.ts';
import { foundDrift, leftSteps, withRepairDecided } from '../../../../src/domain/drift-check/found-drift.ts';
import { scheduleProblem } from '../../../../src/domain/drift-check/schedule.ts';
import { noticeOfCheck } from '../../../../src/domain/notices/notice-of-check.ts';
import { type EnvironmentState, emptyState } from '../../../../src/domain/state.ts';

const DAILY = '0 0 6 * * *';
const at = (text: string): Date => new Date(`2026-03-${text}Z`);

function checked(now: string, schedule = DAILY): EnvironmentState {
  return withSchedule(emptyState('default'), { schedule, repair: true }, { now: at(now), isRepair: false });
}

function drift(field: string, step: Drift['step'] = 'create_key_vault', found = 'x'): Drift {
  return driftOf({ key: 'vault', id: '/v', step }, { path: field, expected: 'a', found });
}

describe('the schedule of drift checks', () => {
  it.each([
    ['0 0 6 * * *', undefined],
    ['0 */15 * * * *', undefined],
    ['0 0 0 29 2 *', undefined],
    ['0 0 6 * * 1-5', undefined],
    ['0 */10 * * * *', 'must leave 15 minutes between two checks'],
    ['* * * * * *', 'must leave 15 minutes'],
    ['0 0,59 0,23 * * *', 'must leave 15 minutes'],
    ['0 0 0 30 2 *', 'never comes'],
    ['0 6 * * *', 'has 5 fields instead of six'],
    ['0 0 25 * * *', 'is no hour (0 to 23)'],
  ])('%j: %s', (text, problem) => {
    if (problem === undefined) expect(scheduleProblem(text)).toBeUndefined();
    else expect(scheduleProblem(text)).toContain(problem);
  });

  it('is refused in a configuration at its place, and kept as it is written', () => {
    const text = (drift: string) =>
      `azure: { resource_group: rg, location: westeurope, project_name: shop }\nkey_vault: { name: shop-kv }\n${drift}\nservices: { web: { image: "nginx:1.27", port: 80 } }\n`;
    const bad = parseConfig(text('drift: { schedule: "0 0 6 * *" }'));
    expect(bad).toMatchObject({ ok: false, problems: [{ path: 'drift.schedule', line: 3 }] });
    expect(parseConfig(text('drift: { repair: true }'))).toMatchObject({
      ok: false,
      problems: [{ path: 'drift.schedule' }],
    });
    const good = parseConfig(text('drift: { schedule: "0 0 6 * * *" }'));
    if (!good.ok) throw new Error(JSON.stringify(good.problems));
    expect(good.parsed.config.drift).toEqual({ schedule: DAILY, repair: false });
    const stored: unknown = JSON.parse(JSON.stringify(good.parsed.config));
    expect(storedConfigSchema.parse(stored)).toEqual(good.parsed.config);
  });

  it('makes one check due, however many times have passed since the last', () => {
    const state = checked('01T07:00:00');
    const mark = state.drift_check;
    if (!mark) throw new Error('no mark');
    expect(nextCheck(mark)).toEqual(at('02T06:00:00'));
    expect(isCheckDue(mark, at('02T05:59:59'))).toBe(false);
    expect(isCheckDue(mark, at('20T12:00:00'))).toBe(true);
    const after = withChecked(state, { runId: 'r', outcome: 'clean' }, at('20T12:00:00')).drift_check;
    if (!after) throw new Error('no mark');
    expect(isCheckDue(after, at('20T12:00:00'))).toBe(false);
    expect(nextCheck(after)).toEqual(at('21T06:00:00'));
  });

  it('goes on over a deployment, begins anew with another schedule, and ends with its key', () => {
    const looked = withChecked(checked('01T07:00:00'), { runId: 'r', outcome: 'clean' }, at('02T06:01:00'));
    const how = { now: at('03T00:00:00'), isRepair: false };
    expect(withSchedule(looked, { schedule: DAILY, repair: true }, how)).toEqual(looked);
    expect(withSchedule(looked, { schedule: '0 0 7 * * *', repair: true }, how).drift_check).toMatchObject({
      set_at: at('03T00:00:00').toISOString(),
    });
    expect(withSchedule(looked, undefined, how)).not.toHaveProperty('drift_check');
  });
});

describe('what a check found', () => {
  it('is news when it is another, in whichever order it was found', () => {
    const one = foundDrift([drift('a'), drift('b')], {});
    expect(foundDrift([drift('b'), drift('a')], {})?.digest).toBe(one?.digest);
    expect(foundDrift([drift('a')], {})?.digest).not.toBe(one?.digest);
    expect(foundDrift([drift('a'), drift('b', 'create_key_vault', 'y')], {})?.digest).not.toBe(one?.digest);
    expect(foundDrift([], {})).toBeUndefined();
  });

  it('is told and repaired anew after a deployment, and that it is gone as well; a repair changes nothing of that', () => {
    const now = at('01T07:00:00');
    const found = foundDrift([drift('a')], {});
    const before = withChecked(checked('01T07:00:00'), { runId: 'r', outcome: 'drift', found }, now);
    const asked = { schedule: DAILY, repair: true };
    expect(withSchedule(before, asked, { now, isRepair: true }).drift_check?.found).toEqual(before.drift_check?.found);
    const mark = withSchedule(before, asked, { now, isRepair: false }).drift_check;
    expect(mark?.found).toMatchObject({ differing: 0, repairable: false });
    const ended = { runId: 's', environment: 'default', status: 'succeeded', error: null, finishedAt: 'x' } as const;
    expect(noticeOfCheck(ended, { outcome: 'drift', found }, mark)?.event).toBe('drift_found');
    expect(noticeOfCheck(ended, { outcome: 'clean' }, mark)?.event).toBe('drift_gone');
    // Nobody knows what should be there.
    expect(noticeOfCheck(ended, { outcome: 'unsettled' }, mark)).toBeUndefined();
    expect(withChecked(before, { runId: 's', outcome: 'unsettled' }, now).drift_check).toMatchObject({
      last: { run_id: 's', outcome: 'unsettled' },
      found: { run_id: 'r' },
    });
  });

  it('keeps the newest twenty checks, and none that the next one repeats', () => {
    const now = at('01T07:00:00');
    const ended = (run: number, field: string) => {
      return { runId: `r${run}`, outcome: 'drift', found: foundDrift([drift(field)], {}) } as const;
    };
    let state = checked('01T07:00:00');
    for (let run = 1; run <= 20; run += 1) state = withChecked(state, ended(run, `field${run}`), now);
    const mark = state.drift_check;
    if (!mark) throw new Error('no mark');
    expect(outdatedChecks(mark, ended(20, 'field20'))).toEqual([]);
    expect(outdatedChecks(mark, ended(21, 'field20'))).toEqual(['r20']);
    expect(outdatedChecks(mark, ended(21, 'field21'))).toEqual(['r1']);
    const after = withChecked(state, { ...ended(21, 'field21'), removed: ['r1'] }, now).drift_check;
    expect([after?.listed[0], after?.listed.at(-1), after?.listed.length]).toEqual(['r2', 'r21', 20]);
  });

  it('is put back three times, then its step is left until somebody deploys; other steps are not', () => {
    const now = at('01T07:00:00');
    let state = checked('01T07:00:00');
    const found = [drift('a'), drift('other', 'create_monitoring')];
    for (let time = 1; time <= 3; time += 1) {
      const { repairs = {} } = state.drift_check ?? {};
      expect(foundDrift([drift('a')], repairs)).toMatchObject({ repairable: true, returned: 0 });
      state = withChecked(state, { runId: `r${time}`, outcome: 'drift', found: foundDrift(found, repairs) }, now);
      state = withRepairDecided(state, `r${time}`, { run_id: `repair${time}`, drift: [drift('a')] });
      // What was decided stands.
      expect(withRepairDecided(state, `r${time}`, { why: 'no' })).toBe(state);
    }
    const { repairs = {} } = state.drift_check ?? {};
    expect(foundDrift([drift('a'), drift('b')], repairs)).toMatchObject({ repairable: false, returned: 1 });
    expect(foundDrift(found, repairs)).toMatchObject({ repairable: true, returned: 1 });
    expect([...leftSteps(found, repairs)]).toEqual(['create_key_vault']);
    const asked = { schedule: DAILY, repair: true };
    expect(withSchedule(state, asked, { now, isRepair: true }).drift_check?.repairs).toEqual(repairs);
    expect(withSchedule(state, asked, { now, isRepair: false }).drift_check?.repairs).toEqual({});
  });
});
