import type { RunView } from '../../domain/api/views.ts';
import type { RunEvent } from '../../domain/events.ts';
import type { KnownRun } from '../known-run.ts';
import { runView } from '../run-view.ts';
import type { RunReader } from './run-reader.ts';

/**
 * One run as the status route tells it. Of a run that was asked about before nothing is read but what came to its events, and while it waits
 * for its turn nothing but the queue: the events tell its plan, and whether somebody cancelled it.
 *
 * @param base prefix of the addresses in it
 */
export async function currentView(reader: RunReader, run: KnownRun, base: string): Promise<RunView> {
  const before = reader.known;
  const placeBefore = before ? await placeOf(run, before) : null;
  if (before && placeBefore !== null) return await viewOf(run, before, placeBefore, base);
  const events = await reader.happened();
  return await viewOf(run, events, before ? null : await placeOf(run, events), base);
}

async function viewOf(
  { stores, run, summary }: KnownRun,
  events: readonly RunEvent[],
  place: number | null,
  base: string,
): Promise<RunView> {
  const plan = events.findLast((event) => event.type === 'plan')?.plan;
  // A command takes its own cancellation back when it goes on, which no event says.
  const cancelRequested =
    run.trigger === 'cli'
      ? await stores.runs.isCancelRequested(run.runId)
      : events.some(({ type }) => type === 'cancel_requested');
  return runView({ request: run, summary, plan, events, place, cancelRequested }, base);
}

/** In the queue, 1 for the next; null: it has begun, or is over, or does not wait. */
async function placeOf({ stores, run, summary }: KnownRun, events: readonly RunEvent[]): Promise<number | null> {
  const isWaiting = summary.finishedAt === null && summary.status === 'queued';
  if (!isWaiting || events.some(({ type }) => type === 'run_started')) return null;
  const { queue } = (await stores.state.read()).value;
  const index = queue.findIndex((waiter) => waiter.runId === run.runId);
  return index === -1 ? null : index + 1;
}
