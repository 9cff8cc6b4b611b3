import type { RunView } from '../domain/api/views.ts';
import type { RunRequest, RunSummary } from '../domain/run.ts';
import type { EnvironmentStores } from '../state/ports.ts';
import type { Engine } from './engine.ts';
import type { FrontDoor } from './front-door.ts';
import { HttpProblem } from './http/answer.ts';
import { environmentOfRun } from './http/request.ts';
import { reconcile } from './reconcile.ts';
import { runView } from './run-view.ts';

export interface KnownRun {
  readonly stores: EnvironmentStores;
  readonly run: RunRequest;
  readonly summary: RunSummary;
}

/** A run with its summary, as the store and the engine together have it. Throws 404 when there is none. */
export async function summaryOf(door: FrontDoor, engine: Engine, runId: string): Promise<KnownRun> {
  const stores = door.storage.environment(environmentOfRun(runId));
  const [run, summary] = await Promise.all([stores.runs.request(runId), stores.runs.summary(runId)]);
  if (!run || !summary) throw new HttpProblem(404, 'run_unknown', `There is no run ${runId}.`);
  return { stores, run, summary: await reconcile(door, engine, run, summary) };
}

export async function showRun(door: FrontDoor, engine: Engine, runId: string, base: string): Promise<RunView> {
  return await viewOf(await summaryOf(door, engine, runId), base);
}

/** One run as the status route tells it. */
export async function viewOf({ stores, run, summary }: KnownRun, base: string): Promise<RunView> {
  const { runId } = run;
  const [plan, { events }, cancelRequested, { value: state }] = await Promise.all([
    stores.runs.plan(runId),
    stores.runs.events(runId),
    stores.runs.isCancelRequested(runId),
    stores.state.read(),
  ]);
  const index = state.queue.findIndex((waiter) => waiter.runId === runId);
  const place = index === -1 ? null : index + 1;
  return runView({ request: run, summary, plan, events, place, cancelRequested }, base);
}
