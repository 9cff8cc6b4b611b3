import { expect, it } from 'vitest';
import { DAY, deployedApp, told } from './deployed-app.ts';

it('a check starts once when it is due, also after days of sleep; tells each drift once, and that it is gone; and writes nothing', async () => {
  const app = await deployedApp();
  await app.tick();
  expect((await app.runs.runs({ limit: 5 })).map(({ work }) => work)).toEqual(['deploy']);

  app.advance(3 * DAY);
  const writes = () => app.simulator.requests().filter(({ method }) => method !== 'GET' && method !== 'POST').length;
  const before = writes();
  await Promise.all([app.tick(), app.tick()]);
  await app.tick();
  const [check, deployment, ...others] = await app.runs.runs({ limit: 5 });
  expect([check?.work, deployment?.work, others]).toEqual(['drift_check', 'deploy', []]);
  expect(await app.ended(check?.runId ?? '')).toMatchObject({ drifted: 0, executed: [], requestedBy: 'drift check' });
  expect(await app.tickAndEnd()).toBeUndefined();
  expect((await app.stateNow()).drift_check?.last).toMatchObject({ run_id: check?.runId, outcome: 'clean' });
  expect((await app.stateNow()).last_run?.run_id).toBe(deployment?.runId);

  await app.setPort(81);
  app.advance(DAY);
  const found = await app.tickAndEnd();
  expect(found).toMatchObject({ status: 'succeeded', drifted: 1 });
  const { events } = await app.runs.events(found?.runId ?? '');
  expect(events.find(({ type }) => type === 'drift_checked')).toMatchObject({
    differing: 1,
    drift: [{ path: 'properties.configuration.ingress.targetPort', expected: '80', found: '81' }],
  });
  app.advance(DAY);
  const again = await app.tickAndEnd();
  // What finds the same takes the place of what found it before.
  expect((await app.runs.runs({ limit: 5 })).map(({ runId }) => runId)).toEqual([
    again?.runId,
    check?.runId,
    deployment?.runId,
  ]);
  expect(told(app.receiver)).toEqual([expect.objectContaining({ event: 'drift_found', runId: found?.runId })]);
  await app.setPort(82);
  app.advance(DAY);
  await app.tickAndEnd();
  expect(told(app.receiver).at(-1)).toMatchObject({ event: 'drift_found', text: expect.stringContaining('80 → 82') });
  await app.setPort(80);
  app.advance(DAY);
  expect(await app.tickAndEnd()).toMatchObject({ drifted: 0 });
  expect(told(app.receiver).map(({ event }) => event)).toEqual(['drift_found', 'drift_found', 'drift_gone']);
  // Those that set the port.
  expect(writes() - before).toBe(3);
});
