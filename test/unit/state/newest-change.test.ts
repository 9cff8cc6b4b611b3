import { ulid } from 'ulid';
import { expect, it } from 'vitest';
import { NO_OPTIONS, type RunRequest, type RunSummary } from '../../../src/domain/run.ts';
import { openFileRunStore } from '../../../src/state/file/run-store.ts';
import { newestChange, rowOfLooks } from '../../../src/state/newest-change.ts';
import type { RunStore } from '../../../src/state/ports.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const MINUTE_IN_MS = 60_000;
const START = Date.parse('2026-01-01T00:00:00Z');

/** A store of runs, each at a minute of its own, as a start writes them down; and how many summaries were listed. */
async function openRuns() {
  const store = openFileRunStore({ directory: await tempDirectory() });
  let listed = 0;
  const runs: RunStore = {
    ...store,
    async runs(options) {
      const page = await store.runs(options);
      listed += page.length;
      return page;
    },
  };
  async function add(minute: number, work: 'plan' | 'deploy' | 'drift_check', isOfThisVersion = true): Promise<string> {
    const at = START + minute * MINUTE_IN_MS;
    const runId = `shop-${ulid(at)}`;
    const looksSince = work === 'deploy' || !isOfThisVersion ? undefined : await rowOfLooks(runs, runId);
    const request: RunRequest = {
      ...{ runId, environment: 'shop', requestedAt: new Date(at).toISOString(), requestedBy: 'me' },
      ...{ configDigest: 'd', source: null, requestDigest: 'r', productVersion: '1', trigger: 'http', engine: 'e' },
      options: { ...NO_OPTIONS, dryRun: work !== 'deploy' },
      ...{ waits: false, adoptsOperationsOf: null, ...(looksSince !== undefined && { looksSince }) },
    };
    const summary: RunSummary = {
      ...{ runId, environment: 'shop', status: 'succeeded', startedAt: request.requestedAt, finishedAt: 't' },
      ...{ executed: [], skipped: [], failed: [], durationInMs: 0, addresses: {}, ...(isOfThisVersion && { work }) },
    };
    await store.create(request);
    await store.writeSummary(summary);
    return runId;
  }
  async function readFor<T>(ask: () => Promise<T>): Promise<{ readonly answer: T; readonly read: number }> {
    listed = 0;
    return { answer: await ask(), read: listed };
  }
  return { add, newest: () => readFor(async () => (await newestChange(runs))?.runId) };
}

it('the newest change is found behind any number of plans and checks without reading them all', async () => {
  const { add, newest } = await openRuns();
  const change = await add(0, 'deploy');
  for (let hour = 2; hour < 200; hour += 2) await add(hour * 60, hour % 3 === 0 ? 'drift_check' : 'plan');
  const { answer, read } = await newest();
  expect(answer).toBe(change);
  expect(read).toBeLessThan(10);
});

it('a change among them is never passed over, be it listed after the plan that came later', async () => {
  const { add, newest } = await openRuns();
  await add(0, 'deploy');
  for (let hour = 2; hour < 20; hour += 2) await add(hour * 60, 'plan');
  await add(20 * 60, 'plan');
  // Asked for before that plan, and written down when the plan had looked already.
  const late = await add(19 * 60 + 30, 'deploy');
  expect((await newest()).answer).toBe(late);
  for (let hour = 22; hour < 40; hour += 2) {
    await add(hour * 60, 'plan');
    expect((await newest()).answer).toBe(late);
  }
});

it('plans in quick succession, and those of earlier versions, are read one by one', async () => {
  const { add, newest } = await openRuns();
  const change = await add(0, 'deploy');
  for (let minute = 1; minute < 40; minute += 1) await add(minute, 'plan', minute > 20);
  expect(await newest()).toEqual({ answer: change, read: 40 });
  await add(500, 'plan');
  await add(700, 'plan');
  expect((await newest()).answer).toBe(change);
});

it('an environment that was only ever looked at has no change', async () => {
  const { add, newest } = await openRuns();
  for (let hour = 0; hour < 20; hour += 2) await add(hour * 60, 'plan');
  expect((await newest()).answer).toBeUndefined();
});
