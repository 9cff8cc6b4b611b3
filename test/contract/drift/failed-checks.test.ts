import { expect, it } from 'vitest';
import { DAY, deployedApp, told } from './deployed-app.ts';

it('a check that Azure does not answer has failed, is told once, and is made again at the next time; a deployment is never held up', async () => {
  const app = await deployedApp();
  await app.setPort(81);
  app.simulator.addFault({
    match: { method: 'GET', path: '/containerApps/web' },
    fault: { kind: 'status', status: 403 },
  });
  for (const _ of ['told', 'known']) {
    app.advance(DAY);
    expect(await app.tickAndEnd()).toMatchObject({ status: 'failed', work: 'drift_check' });
    expect(await app.tickAndEnd()).toBeUndefined();
  }
  expect((await app.stateNow()).drift_check?.found).toBeUndefined();
  expect(told(app.receiver)).toEqual([
    expect.objectContaining({ event: 'failed', title: 'pr-7: the drift check failed' }),
  ]);
  app.simulator.clearFaults();

  // Whoever deploys comes first; the check is made up for.
  app.advance(DAY);
  const held = { runId: 'other', holder: 'ann', engine: 'e', step: null, acquiredAt: '', fence: 99 };
  const wakeBy = new Date(app.state.now().getTime() + 60_000).toISOString();
  const { value, etag } = await app.state.read();
  await app.state.write({ ...value, fence: 99, lock: { ...held, wakeBy } }, etag);
  expect(await app.tickAndEnd()).toBeUndefined();
  app.advance(61);
  expect(await app.tickAndEnd()).toMatchObject({ status: 'succeeded', drifted: 1 });

  // A look that Azure put off is made again, and is told as any other.
  await app.setPort(82);
  app.simulator.addFault({
    match: { method: 'GET', path: '/containerApps/web' },
    nth: 1,
    fault: { kind: 'status', status: 429, retryAfterInSeconds: 6 },
  });
  app.advance(DAY);
  expect(await app.tickAndEnd()).toMatchObject({ status: 'succeeded', drifted: 1 });
  expect(told(app.receiver).at(-1)).toMatchObject({ event: 'drift_found', text: expect.stringContaining('80 → 82') });

  // What could not be looked at is not gone either.
  await app.setPort(80);
  app.simulator.addFault({ match: { method: 'GET', path: '/secrets/' }, fault: { kind: 'status', status: 403 } });
  app.advance(DAY);
  expect(await app.tickAndEnd()).toMatchObject({ status: 'failed', work: 'drift_check' });
  expect(told(app.receiver).map(({ event }) => event)).toEqual(['failed', 'drift_found', 'drift_found', 'failed']);
});
