import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../../src/domain/events.ts';
import { ndjson, normal } from './normal.ts';

/** The event streams of the runs in a folder, in the order of the runs; those without an event are left out. */
export async function streamsOf(folder: string): Promise<readonly (readonly RunEvent[])[]> {
  const streams: (readonly RunEvent[])[] = [];
  for (const runId of (await readdir(folder)).sort()) {
    const text = await readFile(join(folder, runId, 'events.ndjson'), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const events = ndjson<RunEvent>(text);
    if (events.length > 0) streams.push(events);
  }
  return streams;
}

/** A run that found nothing to do, as one does that is started after the end of another. */
export function foundNothingToDo(events: readonly RunEvent[]): boolean {
  const last = events.at(-1);
  return last?.type === 'run_completed' && last.status === 'succeeded' && last.executed.length === 0;
}

/**
 * What a stream tells, as sorted lines without times, since which of two parallel steps is faster is a matter of chance; and
 * what is wrong with it: an event twice, one after the end, a step that ends before it starts.
 */
export function toldBy(events: readonly RunEvent[]): readonly string[] {
  const ids = events.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `wrong: ${id} twice`);
  const end = events.findIndex(({ type }) => type === 'run_completed');
  const early = end === events.length - 1 ? [] : [`wrong: the end is event ${end + 1} of ${events.length}`];
  const started = new Set<string>();
  const unstarted = events.flatMap((event) => {
    if (event.type === 'step_started') started.add(event.step);
    return event.type === 'step_completed' && !started.has(event.step) ? [`wrong: ${event.id} before its start`] : [];
  });
  return [...twice, ...early, ...unstarted, ...events.flatMap(wordsOf).sort()];
}

function wordsOf(event: RunEvent): readonly string[] {
  switch (event.type) {
    case 'run_started':
      return [`${event.type} resumed ${event.resumed}`];
    case 'plan':
      return [`plan ${event.plan.steps.map(({ step, action }) => `${step} ${action}`).join()}`];
    case 'step_completed':
      return [`${event.type} ${event.step} attempts ${event.attempts}`];
    case 'step_started':
    case 'step_skipped':
      return [`${event.type} ${event.step} ${normal(event.reason)}`];
    case 'log':
      return [`${event.type} ${event.step} ${event.service} ${event.level} ${normal(event.message)}`];
    case 'run_completed':
      return [`${event.type} ${event.status} ${event.executed} skipped ${event.skipped} failed ${event.failed}`];
    case 'step_progress':
      // How often something was looked at is a matter of time.
      return [];
    default:
      return [`${event.type} ${event.id}`];
  }
}
