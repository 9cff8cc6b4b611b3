import { expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { reap } from '../../../src/runs/reap.ts';
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
