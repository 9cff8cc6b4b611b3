import { expect, it } from 'vitest';
import { eventually } from '../../helpers/wait.ts';
import { DAY, deployedApp, SCHEDULED, told } from './deployed-app.ts';

it('what drifted is repaired through an approval, no more once that was refused, and never more than three times', async () => {
  const app = await deployedApp(SCHEDULED.replace('" }\nn', '", repair: true }\nn'));
  await app.setPort(81);
  app.advance(DAY);
  await app.tickAndEnd();
  await app.tick();
  await app.until(({ drift_check }) => drift_check?.last_repair !== undefined);
  const asked = await app.newest();
  expect(asked?.work).toBe('repair');
  const pending = await waitingPlan(app, asked?.runId ?? '');
  await app.engine.decide(asked?.runId ?? '', { planDigest: pending, decision: 'reject', by: 'bob' });
  expect(await app.summary(asked?.runId ?? '')).toMatchObject({ status: 'rejected' });
  app.advance(DAY);
  await app.tickAndEnd();
  expect(await app.tickAndEnd()).toBeUndefined();
  expect((await app.stateNow()).drift_check?.found?.repair?.why).toContain('was rejected');
  expect(await app.port()).toBe(81);

  const unattended = SCHEDULED.replace('" }\nn', '", repair: true }\nn').concat('deployment: { auto_approve: true }\n');
  await app.ended(await app.start(unattended));
  await app.setPort(80);
  for (let time = 1; time <= 4; time += 1) {
    await app.setPort(81);
    app.advance(DAY);
    expect(await app.tickAndEnd()).toMatchObject({ work: 'drift_check', drifted: 1 });
    const repair = await app.tickAndEnd();
    if (time <= 3) expect(repair).toMatchObject({ work: 'repair', status: 'succeeded' });
    else expect(repair).toBeUndefined();
    expect(await app.port()).toBe(time <= 3 ? 80 : 81);
    app.advance(DAY);
    if (time <= 3) expect(await app.tickAndEnd()).toMatchObject({ drifted: 0 });
  }
  expect(told(app.receiver).at(-1)).toMatchObject({
    event: 'drift_found',
    text: expect.stringContaining('1 of them came back after every repair, and are left.'),
  });
});

async function waitingPlan({ runs }: Awaited<ReturnType<typeof deployedApp>>, runId: string): Promise<string> {
  return await eventually(async () => {
    const { events } = await runs.events(runId);
    const asked = events.find(({ type }) => type === 'approval_requested');
    return asked?.type === 'approval_requested' ? asked.planDigest : undefined;
  });
}
