import { expect, it } from 'vitest';
import { DAY, deployedApp, SCHEDULED, told } from './deployed-app.ts';

it('after a deployment that failed halfway a check tells of no drift that nobody made, and nothing is repaired', async () => {
  const app = await deployedApp(SCHEDULED.replace('" }\nn', '", repair: true }\nn'));
  app.simulator.addFault({
    match: { method: 'PATCH', path: '/containerApps/web' },
    fault: { kind: 'status', status: 403 },
  });
  app.simulator.addFault({
    match: { method: 'PUT', path: '/containerApps/web' },
    fault: { kind: 'status', status: 403 },
  });
  const halfway = SCHEDULED.replace('" }\nn', '", repair: true }\nn').replace('RELEASE: "1"', 'RELEASE: "2"');
  expect(await app.summary(await app.start(halfway))).toMatchObject({ status: 'failed' });
  app.simulator.clearFaults();
  app.advance(DAY);
  const check = await app.tickAndEnd();
  expect(check).toMatchObject({ status: 'succeeded', work: 'drift_check' });
  expect(check).not.toHaveProperty('drifted');
  expect((await app.stateNow()).drift_check).toMatchObject({ last: { outcome: 'unsettled' } });
  expect(await app.tickAndEnd()).toBeUndefined();
  expect(told(app.receiver).map(({ event }) => event)).toEqual(['failed']);
});
