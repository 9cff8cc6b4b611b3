import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';

const CONFIG = await startableConfig();
const FIRST_PLAN = 'a'.repeat(64);
const SECOND_PLAN = 'b'.repeat(64);

async function waitingRun(): Promise<{ test: TestApp; runId: string; ask(planDigest: string): Promise<void> }> {
  const test = await openTestApp();
  const answer = await test.call('startDeployment', {
    params: { environment: 'staging' },
    headers: { 'content-type': 'application/yaml' },
    body: CONFIG,
  });
  const { runId } = answer.body as RunView;
  const ask = (planDigest: string): Promise<void> =>
    test.storage.environment('staging').runs.appendEvents(runId, [
      {
        id: `approval-${planDigest}`,
        runId,
        environment: 'staging',
        at: 't',
        type: 'approval_requested',
        planDigest,
      },
    ]);
  await ask(FIRST_PLAN);
  return { test, runId, ask };
}

function decide(test: TestApp, runId: string, body: object) {
  const headers = { 'content-type': 'application/json', 'x-draftgenie-caller': 'ada@laptop' };
  return test.call('decideApproval', { params: { runId }, headers, body: JSON.stringify(body) });
}

describe('an approval', () => {
  it('is recorded with who and why, and handed to the run', async () => {
    const { test, runId } = await waitingRun();
    expect((await test.call('showDeployment', { params: { runId } })).body).toMatchObject({
      status: 'waiting_for_approval',
      pendingApproval: FIRST_PLAN,
    });
    const answer = await decide(test, runId, { planDigest: FIRST_PLAN, decision: 'approve', comment: 'ship it' });
    expect(answer).toMatchObject({
      status: 202,
      body: {
        pendingApproval: null,
        decisions: [{ planDigest: FIRST_PLAN, decision: 'approve', by: 'ada@laptop (by key)', comment: 'ship it' }],
      },
    });
    expect(test.engine.decisions).toMatchObject([[runId, { planDigest: FIRST_PLAN, decision: 'approve' }]]);
  });

  it('made twice counts once, and cannot be turned around', async () => {
    const { test, runId } = await waitingRun();
    const answers = await Promise.all([
      decide(test, runId, { planDigest: FIRST_PLAN, decision: 'approve' }),
      decide(test, runId, { planDigest: FIRST_PLAN, decision: 'approve' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers[1]?.body).toMatchObject({ decisions: [{ planDigest: FIRST_PLAN }] });
    expect(await decide(test, runId, { planDigest: FIRST_PLAN, decision: 'reject' })).toMatchObject({
      status: 409,
      body: { code: 'decided_already' },
    });
  });

  it('never counts for a later plan', async () => {
    const { test, runId, ask } = await waitingRun();
    await decide(test, runId, { planDigest: FIRST_PLAN, decision: 'approve' });
    await ask(SECOND_PLAN);
    await decide(test, runId, { planDigest: FIRST_PLAN, decision: 'approve' });
    expect((await test.call('showDeployment', { params: { runId } })).body).toMatchObject({
      pendingApproval: SECOND_PLAN,
    });
    expect(test.engine.decisions.every(([, { planDigest }]) => planDigest === FIRST_PLAN)).toBe(true);
  });

  it('of a plan that was not put forward, or of a run that has ended, is refused', async () => {
    const { test, runId } = await waitingRun();
    expect(await decide(test, runId, { planDigest: SECOND_PLAN, decision: 'approve' })).toMatchObject({
      status: 409,
      body: { code: 'plan_not_pending' },
    });
    const { runs } = test.storage.environment('staging');
    const summary = await runs.summary(runId);
    if (summary) await runs.writeSummary({ ...summary, status: 'succeeded', finishedAt: '2026-01-01T00:01:00Z' });
    expect(await decide(test, runId, { planDigest: FIRST_PLAN, decision: 'approve' })).toMatchObject({
      status: 409,
      body: { code: 'run_ended' },
    });
    expect(test.engine.decisions).toEqual([]);
  });

  it('that was made before its run ended is answered again to whoever lost the answer, and to nobody else', async () => {
    const { test, runId } = await waitingRun();
    await decide(test, runId, { planDigest: FIRST_PLAN, decision: 'approve' });
    const { runs } = test.storage.environment('staging');
    const summary = await runs.summary(runId);
    if (summary) await runs.writeSummary({ ...summary, status: 'succeeded', finishedAt: '2026-01-01T00:01:00Z' });
    const again = await decide(test, runId, { planDigest: FIRST_PLAN, decision: 'approve' });
    expect(again).toMatchObject({ status: 202, body: { status: 'succeeded' } });
    for (const [decision, name] of [
      ['reject', 'ada@laptop'],
      ['approve', 'bob@laptop'],
    ]) {
      const headers = { 'content-type': 'application/json', 'x-draftgenie-caller': `${name}` };
      const body = JSON.stringify({ planDigest: FIRST_PLAN, decision });
      expect(await test.call('decideApproval', { params: { runId }, headers, body })).toMatchObject({ status: 409 });
    }
    expect(test.engine.decisions).toHaveLength(1);
  });

  it.each([
    [{}, 'planDigest'],
    [{ planDigest: 'x', decision: 'approve' }, '64 hexadecimal digits'],
    [{ planDigest: FIRST_PLAN, decision: 'maybe' }, 'decision'],
    [{ planDigest: FIRST_PLAN, decision: 'approve', by: 'somebody else' }, 'unknown member'],
  ])('that is not well formed is refused: %j', async (body, words) => {
    const { test, runId } = await waitingRun();
    const answer = await decide(test, runId, body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(words);
  });
});
