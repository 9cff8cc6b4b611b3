import { expect, it } from 'vitest';
import { CLOCKED_CONFIG, openAppOnAClock } from '../../helpers/engine/app-on-a-clock.ts';

const HOUR = 3600;

it('an expiry while a run is under way waits for its end, and an update that gave more time wins', async () => {
  const app = await openAppOnAClock();
  const deletions = () => app.simulator.requests().filter(({ method }) => method === 'DELETE');
  await app.ended(await app.start(CLOCKED_CONFIG, '5m'));

  for (const method of ['PUT', 'PATCH']) {
    const match = { method, path: '/containerApps/web' };
    app.simulator.addFault({ match, fault: { kind: 'neverEndingOperation' } });
  }
  const update = await app.start(CLOCKED_CONFIG.replace('"1"', '"2"'));
  await app.until(
    ({ lock }) => lock?.step === 'deploy_application_services' || lock?.step === 'deploy_infrastructure_services',
  );
  const longer = await app.start(CLOCKED_CONFIG.replace('"1"', '"3"'), '12h');
  for (const _ of ['not yet', 'told', 'deleted when its turn has come']) {
    await app.passFourMinutes();
    await app.tick();
  }
  const { queue } = await app.stateNow();
  expect(queue.map(({ trigger }) => trigger)).toEqual(['http', 'timer']);

  app.simulator.clearFaults();
  app.simulator.change(({ operations }) => {
    for (const operation of Object.values(operations))
      if (operation.endsAt.startsWith('9999')) operation.endsAt = new Date().toISOString();
  });
  await app.ended(update);
  expect((await app.ended(longer))?.expires).toBe((await app.stateNow()).expires?.at);
  const deletion = queue[1]?.runId ?? '';
  expect(await app.ended(deletion)).toMatchObject({ deleted: 0 });
  expect(deletions()).toEqual([]);
  expect((await app.stateNow()).closed).toBeUndefined();

  app.advance(12 * HOUR);
  await app.tick();
  app.advance(5 * 60);
  await Promise.all([app.tick(), app.tick()]);
  const [newest] = await app.runs.runs({ limit: 1 });
  await app.ended(newest?.runId ?? '');
  const { closed, expires, resources } = await app.stateNow();
  expect([closed?.run_id, expires, resources]).toEqual([newest?.runId, undefined, {}]);
  await app.tick();
  expect((await app.runs.runs({ limit: 10 })).map(({ runId }) => runId)).toEqual([
    newest?.runId,
    deletion,
    longer,
    update,
    expect.anything(),
  ]);
});
