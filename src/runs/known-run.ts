import type { RunView } from '../domain/api/views.ts';
import type { RunRequest, RunSummary } from '../domain/run.ts';
import { environmentOfRun, RUN_ID } from '../domain/runs/run-id.ts';
import { UserError } from '../shared/errors.ts';
import type { EnvironmentStores } from '../state/ports.ts';
import type { Engine } from './engine.ts';
import type { RunReader } from './reading/run-reader.ts';
import { reconcile } from './reconcile.ts';
import { runView } from './run-view.ts';
import type { RunServices } from './services.ts';

export interface KnownRun {
  readonly stores: EnvironmentStores;
  readonly run: RunRequest;
  readonly summary: RunSummary;
}

/**
 * A run as its store has it. Throws UserError `run_unknown` when there is none.
 * @param read how its summary is read, where several ask at the same time
 */
export async function knownRun(
  stores: EnvironmentStores,
  runId: string,
  read = () => stores.runs.summary(runId),
): Promise<KnownRun> {
  if (!RUN_ID.test(runId)) throw runUnknown(runId);
  const [run, summary] = await Promise.all([stores.runs.request(runId), read()]);
  if (!run || !summary) throw runUnknown(runId);
  return { stores, run, summary };
}

/** A run as its store and its engine together have it. Throws UserError `run_unknown` when there is none. */
export async function currentRun(
  services: RunServices,
  engine: Engine,
  runId: string,
  reader?: Pick<RunReader, 'summary'>,
): Promise<KnownRun> {
  const known = await knownRun(services.stores(environmentOfRun(runId)), runId, reader?.summary);
  return { ...known, summary: await reconcile(services, engine, known.run, known.summary) };
}

/** One run as the status route and the command line tell it. @param base prefix of the addresses in it */
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

export function runUnknown(runId: string): UserError {
  return new UserError(`There is no run ${runId}.`, {
    code: 'run_unknown',
    hint: 'List them with: draftgenie-deploy runs',
  });
}
