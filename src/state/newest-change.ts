import type { RunRequest, RunSummary } from '../domain/run.ts';
import { timeOfRun } from '../domain/runs/run-id.ts';
import type { RunStore } from './ports.ts';
import { isDriftCheck, runsBack } from './runs-back.ts';

/** A run is listed within minutes of its id; machines that storages answer are a quarter of an hour apart at most. */
const LISTED_WITHIN_MS = 60 * 60 * 1000;

/** Of a run that was to change nothing. */
type Look = Pick<RunRequest, 'looksSince'>;

/**
 * The newest run that was to change something: plans and drift checks were not. Thousands of those in a row are passed over by what
 * one of them says of where the row begins.
 *
 * @param start the run before which it is looked for; absent: among all
 */
export async function newestChange(runs: RunStore, start?: string): Promise<RunSummary | undefined> {
  let row: { readonly since: string; readonly until: number } | undefined;
  for await (const run of runsBack(runs.runs, 1, start)) {
    const look = await lookOf(runs, run);
    if (!look) return run;
    const time = timeOfRun(run.runId);
    if (look.looksSince !== undefined) row ??= { since: look.looksSince, until: time - LISTED_WITHIN_MS };
    if (row && time <= row.until) return await newestChange(runs, row.since);
  }
  return undefined;
}

/**
 * Where the row of looks begins that a new one goes on. Whatever was asked for within the hour before one of them may not have been
 * listed when that one began: it is looked at once more.
 */
export async function rowOfLooks(runs: RunStore, runId: string): Promise<string | undefined> {
  let first: string | undefined;
  let row: { readonly since: string; readonly until: number } | undefined;
  for await (const run of runsBack(runs.runs)) {
    const look = await lookOf(runs, run);
    if (!look) break;
    const time = timeOfRun(run.runId);
    if (row && time <= row.until) return row.since;
    if (time > timeOfRun(runId) - LISTED_WITHIN_MS) continue;
    first = run.runId;
    if (look.looksSince !== undefined) row ??= { since: look.looksSince, until: time - LISTED_WITHIN_MS };
  }
  return first;
}

/** Undefined: it was to change something. */
async function lookOf(runs: RunStore, run: RunSummary): Promise<Look | undefined> {
  const { runId, executed, skipped, failed, work } = run;
  // Earlier versions did not write down what a run was for.
  const mayBe = work === undefined ? executed.length + skipped.length + failed.length === 0 : work === 'plan';
  if (!mayBe && !isDriftCheck(run)) return undefined;
  const request = await runs.request(runId);
  return isDriftCheck(run) || request?.options.dryRun ? (request ?? {}) : undefined;
}
