import type { RunEvent } from '../domain/events.ts';
import { calmLog } from './calm.ts';

/**
 * What happened in a run so far, in the lines of a log with their times.
 *
 * It follows from the events alone, whenever somebody asks: the lines of a run that goes on begin with those that it had before, so that
 * whoever has read some reads on by their number.
 */
export function happenedText(events: readonly RunEvent[]): string {
  const calm = calmLog();
  const lines = events.flatMap((event) => {
    const at = Date.parse(event.at);
    const told = [...calm.due(at), ...calm.lines(event, at)];
    return told.map((line) => `${event.at.slice(0, 19)}Z ${line}\n`);
  });
  return lines.join('');
}
