import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../src/domain/run.ts';
import { hasUnfinishedRun, unfinishedRuns } from '../../../src/runs/handover/unfinished-runs.ts';
import { newestRun } from '../../../src/runs/newest-run.ts';
import { openRuns } from '../../../src/runs/open-runs.ts';
import { newestChange } from '../../../src/state/newest-change.ts';
import type { RunStore } from '../../../src/state/ports.ts';
import { openTestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';

/** More than anybody reads at once. */
const CHECKS = 60;

/** A run that waits, and the drift checks of many days after it, each of which found something else. */
async function runBehindChecks() {
  const test = await openTestApp();
  const headers = { 'content-type': 'application/yaml' };
  const params = { environment: 'production' };
  const { body } = await test.call('startDeployment', { params, headers, body: await startableConfig() });
  const { runId } = body as { runId: string };
  const { runs } = test.storage.environment('production');
  const run = await runs.summary(runId);
  if (!run) throw new Error('no run');
  const check: RunSummary = { ...run, status: 'succeeded', finishedAt: run.startedAt, work: 'drift_check', drifted: 1 };
  for (let day = 0; day < CHECKS; day += 1)
    await runs.writeSummary({ ...check, runId: `production-01Z${String(day).padStart(23, '0')}` });
  return { ...test, runId, runs };
}

/** How many summaries were listed. */
function counting(runs: RunStore) {
  let read = 0;
  const list: RunStore['runs'] = async (options) => {
    const page = await runs.runs(options);
    read += page.length;
    return page;
  };
  return { list, read: () => read };
}

describe('a run behind many drift checks', () => {
  it('is the newest run, the newest change and the one that is open or unfinished', async () => {
    const { app, runId, runs } = await runBehindChecks();
    expect((await newestRun(runs.runs))?.runId).toBe(runId);
    expect((await newestChange(runs))?.runId).toBe(runId);
    expect((await openRuns(runs)).map((run) => run.runId)).toEqual([runId]);
    expect((await unfinishedRuns(app, 'production')).map((run) => run.runId)).toEqual([runId]);
    expect(await hasUnfinishedRun(app, 'production')).toBe(true);
    const summary = await runs.summary(runId);
    if (summary) await runs.writeSummary({ ...summary, status: 'failed', finishedAt: summary.startedAt });
    // The checks after it succeeded; it did not.
    expect(await hasUnfinishedRun(app, 'production')).toBe(true);
  });

  it('costs nothing where it is the newest itself', async () => {
    const { runs } = await runBehindChecks();
    const [newest] = await runs.runs({ limit: 1 });
    if (newest) await runs.writeSummary({ ...newest, work: 'deploy' });
    const { list, read } = counting(runs);
    expect((await newestRun(list))?.runId).toBe(newest?.runId);
    expect(read()).toBe(1);
  });
});
