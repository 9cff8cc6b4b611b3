import { expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { reap } from '../../../src/runs/reap.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';

const CONFIG = await startableConfig();
const PLAN = 'a'.repeat(64);
const environment = 'staging';

/** A run that the app of version 1.2 began and that waits for its approval, seen by the app of version 1.1. */
async function lowered(): Promise<{ test: TestApp; runId: string; older: TestApp['app'] }> {
  const logged: string[] = [];
  const test = await openTestApp({ logger: { log: (_level, text) => logged.push(text) }, orchestrationVersion: '1.2' });
  const headers = { 'content-type': 'application/yaml' };
  const { runId } = (await test.call('startDeployment', { params: { environment }, headers, body: CONFIG }))
    .body as RunView;
  const { runs } = test.storage.environment(environment);
  await runs.appendEvents(runId, [
    { id: 'approval', runId, environment, at: 't', type: 'approval_requested', planDigest: PLAN },
  ]);
  // The same app, after its deployment of the version before.
  Object.assign(test.app, { orchestrationVersion: '1.1' });
  return { test, runId, older: test.app };
}

const approve = (test: TestApp, runId: string) =>
  test.call('decideApproval', {
    params: { runId },
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ planDigest: PLAN, decision: 'approve' }),
  });

it('status and health name a run that stands still, and what to do', async () => {
  const { test, runId } = await lowered();
  const told = { runId, version: '1.2', appVersion: '1.1', next: expect.stringContaining('cancel the run') };
  expect((await test.call('showDeployment', { params: { runId } })).body).toMatchObject({ newerVersion: told });
  expect((await test.call('showHealth')).body).toMatchObject({ status: 'ok', newerRuns: [told] });
});

it('an approval that nobody would hear is refused and not recorded; raised again the app takes it', async () => {
  const { test, runId, older } = await lowered();
  expect(await approve(test, runId)).toMatchObject({ status: 409, body: { code: 'run_of_newer_version' } });
  expect(test.engine.decisions).toEqual([]);
  Object.assign(older, { orchestrationVersion: '1.2' });
  const view = (await test.call('showDeployment', { params: { runId } })).body as RunView;
  expect([view.decisions, view.newerVersion]).toEqual([[], undefined]);
  expect((await approve(test, runId)).status).toBe(202);
});

it('cancel ends it, and the environment is free', async () => {
  const { test, runId } = await lowered();
  expect((await test.call('cancelDeployment', { params: { runId } })).status).toBe(202);
  const view = (await test.call('showDeployment', { params: { runId } })).body;
  expect(view).toMatchObject({ status: 'cancelled', error: { code: 'run_of_newer_version' } });
  expect((await test.storage.environment(environment).state.read()).value.lock).toBeNull();
});

it('the reaper tells first, and ends it half an hour later, unless its lock is kept', async () => {
  const { test, runId, older } = await lowered();
  const { runs, state } = test.storage.environment(environment);
  const look = async () => {
    await reap(older, test.engine);
    const events = (await runs.events(runId)).events.flatMap((event) => (event.type === 'log' ? [event.message] : []));
    return { events, status: (await runs.summary(runId))?.status };
  };
  const first = await look();
  expect(first.events).toEqual([expect.stringContaining('begun by workflow version 1.2')]);
  test.advance(20 * 60);
  expect(await look()).toEqual(first);
  test.advance(11 * 60);
  const last = await look();
  expect(last.status).toBe('failed');
  expect((await state.read()).value.lock).toBeNull();
  // An app that is raised in time goes on with it.
  const other = await lowered();
  await reap(other.older, other.test.engine);
  Object.assign(other.older, { orchestrationVersion: '1.2' });
  other.test.advance(60 * 60);
  await reap(other.older, other.test.engine);
  expect((await other.test.storage.environment(environment).runs.summary(other.runId))?.finishedAt).toBeNull();
});
