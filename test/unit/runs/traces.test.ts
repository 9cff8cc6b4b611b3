import { expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { traceRun } from '../../../src/perform/trace-run.ts';
import { endFromWithout, traceFromWithout } from '../../../src/runs/end-from-without.ts';
import { reap } from '../../../src/runs/reap.ts';
import { endRun } from '../../../src/state/end-run.ts';
import type { RecordedRun, Telemetry } from '../../../src/telemetry/ports.ts';
import { spansOfRun } from '../../../src/telemetry/run-spans.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function remembering(): { readonly telemetry: Telemetry; readonly ended: RecordedRun[] } {
  const ended: RecordedRun[] = [];
  const telemetry: Telemetry = {
    activity: async (_name, _input, _requestOf, perform) => await perform(),
    runEnded: async (run) => void ended.push(run),
    end: async () => undefined,
  };
  return { telemetry, ended };
}

async function start(test: TestApp, traceparent: string): Promise<string> {
  const headers = { 'content-type': 'application/yaml', traceparent };
  const params = { environment: 'staging' };
  const { body } = await test.call('startDeployment', { params, headers, body: await startableConfig() });
  return (body as RunView).runId;
}

async function keptOf(test: TestApp, traceparent: string): Promise<string | undefined> {
  const runId = await start(test, traceparent);
  return (await test.storage.environment('staging').runs.request(runId))?.traceparent;
}

it('a start keeps its caller’s place in a trace where traces are made, and only what is one', async () => {
  const { telemetry } = remembering();
  expect(await keptOf(await openTestApp({ telemetry }), TRACEPARENT)).toBe(TRACEPARENT);
  expect(await keptOf(await openTestApp(), TRACEPARENT)).toBeUndefined();
  for (const wrong of ['a text', TRACEPARENT.toUpperCase(), TRACEPARENT.replace(/b7.*31/, '0'.repeat(16))])
    expect(await keptOf(await openTestApp({ telemetry }), wrong)).toBeUndefined();
});

it('a run that is ended from without is traced to its end', async () => {
  const { telemetry, ended } = remembering();
  const test = await openTestApp({ telemetry });
  const runId = await start(test, TRACEPARENT);
  test.engine.alive.delete(runId);
  test.advance(121);
  await reap(test.app, test.engine);
  expect(ended).toHaveLength(1);
  expect(ended.flatMap((run) => spansOfRun(run))).toMatchObject([
    { name: 'run deploy', attributes: { 'draftgenie.run.id': runId, 'draftgenie.run.outcome': 'failed' } },
  ]);
});

async function gone(test: TestApp): Promise<string> {
  const runId = await start(test, TRACEPARENT);
  test.engine.alive.delete(runId);
  test.advance(121);
  return runId;
}

it('is traced once, whoever comes to close it later', async () => {
  const { telemetry, ended } = remembering();
  const test = await openTestApp({ telemetry });
  const runId = await gone(test);
  await reap(test.app, test.engine);
  const { runs, ...stores } = test.storage.environment('staging');
  const request = await runs.request(runId);
  if (!request) throw new Error('there is no request');
  await traceRun({ telemetry }, { request, stores: { ...stores, runs } });
  await traceFromWithout(test.app, { environment: 'staging', runId });
  expect(ended).toHaveLength(1);
});

it.each(['run', 'trace'] as const)('is not traced where close_run has done it: told of in %s', async (scope) => {
  const { telemetry, ended } = remembering();
  const test = await openTestApp({ telemetry });
  const runId = await gone(test);
  await test.storage.environment('staging').runs.writeMemory(runId, scope, { traced: true });
  await reap(test.app, test.engine);
  expect(ended).toEqual([]);
});

it('is traced by who ended it, and not by who came too late', async () => {
  const { telemetry, ended } = remembering();
  const test = await openTestApp({ telemetry });
  const runId = await gone(test);
  const stores = test.storage.environment('staging');
  const end = { status: 'failed', code: 'orchestration_gone', message: 'gone' } as const;
  const about = { environment: 'staging', runId };
  await endRun(stores, test.app.clock, about, end);
  const late = await endFromWithout(test.app, about, { ...end, status: 'cancelled' });
  expect([late.status, ended]).toEqual(['failed', []]);
});

it.each(['request', 'events', 'memory', 'writeMemory'] as const)(
  'a run that was ended from without has ended, also when the storage fails at %s after that',
  async (operation) => {
    const { telemetry } = remembering();
    const test = await openTestApp({ telemetry });
    const runId = await gone(test);
    const about = { environment: 'staging', runId };
    const { runs, state } = test.storage.environment('staging');
    const away = async (): Promise<never> => {
      throw new Error('the storage is away');
    };
    const services = { ...test.app, stores: () => ({ state, runs: { ...runs, [operation]: away } }) };
    const end = { status: 'cancelled', code: 'run_of_newer_version', message: 'newer' } as const;
    expect(await endFromWithout(services, about, end)).toMatchObject({ status: 'cancelled' });
    expect(await runs.summary(runId)).toMatchObject({ status: 'cancelled' });
  },
);
