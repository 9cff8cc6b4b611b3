import { describe, expect, it } from 'vitest';
import { openRun } from '../../../src/activities/open-run.ts';
import type { RunEvent } from '../../../src/domain/events.ts';
import { marked } from '../../../src/domain/expiry/expiry.ts';
import { NO_OPTIONS, type RunOptions } from '../../../src/domain/run.ts';
import { STEPS } from '../../../src/domain/steps.ts';
import type { Step } from '../../../src/engine/step.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { begunRun } from '../../helpers/begun-run.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';

const NO_STEPS: readonly Step[] = STEPS.map(({ name }) => ({
  name,
  desire: () => [],
  run: async () => ({ kind: 'completed', outputs: {} }),
}));
const VAULT = { id: '/v', type: 'T', step: 'create_key_vault', holds_data: true, immutable: {} } as const;
const TEN_HOURS = '2026-01-01T10:00:00.000Z';
const EXPIRED = { keepData: false, leftBehind: null, include: [], confirmed: true, expired: true };

async function opened(options: Partial<RunOptions>, from?: string) {
  const naming = { environment: 'default', resources: [], ...(from !== undefined && { from }) };
  const run = await begunRun({
    config: deploymentConfig({ naming }),
    options: { ...NO_OPTIONS, autoApprove: true, ...options },
  });
  const { state } = run.stores;
  return {
    ...run,
    open: (approvedDigest?: string) =>
      openRun(run.services, NO_STEPS)({ ...run.input, ...(approvedDigest !== undefined && { approvedDigest }) }),
    expires: async () => (await state.read()).value.expires,
    give: (expires: string) => updateState(state, (current) => marked(current, { expires, by: 'ann' }, state.now())),
  };
}

function logOf(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'log' ? [`${event.level}: ${event.message}`] : []));
}

describe('a run that gives its environment an end', () => {
  it('writes it down with what it is made from, and tells of it in its plan and its events', async () => {
    const run = await opened({ expires: '10h' }, 'staging');
    expect(await run.open()).toMatchObject({ kind: 'run' });
    const { value } = await run.stores.state.read();
    expect(value).toMatchObject({ from: 'staging', expires: { at: TEN_HOURS, by: 'me' } });
    expect((await run.stores.runs.plan(run.input.runId))?.expires).toEqual({ kind: 'set', after: '10h' });
    expect(logOf(run.events)).toEqual([
      `info: default expires at ${TEN_HOURS} (in 10 h 00 min) and is deleted then, data included. Deploy it with --expires 72h for another end, or with --expires never to keep it.`,
    ]);
  });

  it('waits for its approval first, and the same plan is approved however long that takes', async () => {
    const run = await opened({ expires: '10h', autoApprove: false });
    const answer = await run.open();
    if (answer.kind !== 'approval') throw new Error(`answered ${answer.kind}`);
    expect(await run.expires()).toBeUndefined();
    run.pass(3600);
    expect(await run.open(answer.planDigest)).toMatchObject({ kind: 'run' });
    expect((await run.expires())?.at).toBe('2026-01-01T11:00:00.000Z');
  });

  it('is refused by an environment that was deployed without one, whose state stays as it was', async () => {
    const run = await opened({ expires: '10h' });
    await updateState(run.stores.state, (current) => ({ ...current, resources: { 'key-vault': VAULT } }));
    expect(await run.open()).toEqual({ kind: 'failed' });
    expect(logOf(run.events)[0]).toContain('default was deployed without --expires');
    expect(await run.expires()).toBeUndefined();
  });

  it('leaves it as it is when nothing is said, with a warning when it is near', async () => {
    const run = await opened({});
    await run.give('10h');
    run.pass(9.5 * 3600);
    expect(await run.open()).toMatchObject({ kind: 'run' });
    expect((await run.expires())?.at).toBe(TEN_HOURS);
    expect((await run.stores.runs.plan(run.input.runId))?.expires).toEqual({ kind: 'kept', at: TEN_HOURS });
    expect(logOf(run.events)[0]).toMatch(/^warning: default expires at .* \(in 30 min\)/);
  });

  it('takes it away with never', async () => {
    const run = await opened({ expires: 'never' });
    await run.give('10h');
    expect(await run.open()).toMatchObject({ kind: 'run' });
    expect(await run.expires()).toBeUndefined();
    expect((await run.stores.runs.plan(run.input.runId))?.expires).toEqual({ kind: 'dropped', at: TEN_HOURS });
  });
});

describe('a run that deletes what has expired', () => {
  it.each([
    ['has no end', undefined, 0],
    ['was given more time while it waited', '10h', 9.9],
  ])('deletes nothing that %s', async (_, expires, hours) => {
    const run = await opened({ destroy: EXPIRED });
    await updateState(run.stores.state, (current) => ({ ...current, resources: { 'key-vault': VAULT } }));
    if (expires !== undefined) await run.give(expires);
    run.pass(hours * 3600);
    expect(await run.open()).toEqual({ kind: 'nothing' });
    expect(logOf(run.events)).toEqual(['warning: default is to live on: nothing is deleted.']);
  });

  it('begins when the time is over', async () => {
    const run = await opened({ destroy: EXPIRED });
    const group = { ...VAULT, id: '/subscriptions/s/resourceGroups/shop-rg', step: 'create_resource_group' as const };
    await updateState(run.stores.state, (current) => ({ ...current, resources: { 'resource-group': group } }));
    await run.give('10h');
    run.pass(10 * 3600);
    expect(await run.open()).toMatchObject({ kind: 'remove' });
  });
});
