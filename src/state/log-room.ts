import type { RunEvent } from '../domain/events.ts';
import { LIMITS } from '../shared/limits.ts';

/** Its name makes it the same event however often it is said. */
const CUT = 'run/log/cut';

/**
 * The events that a run's stream has room for. Lines of logs end at their limit, and one says so: a container, or a build, may print for
 * ever. Errors have as much again, so that nobody hides one behind many lines; what is no log is always kept.
 *
 * @param bytes what the stream holds already
 */
export function withRoom(
  events: readonly RunEvent[],
  bytes: number,
  limit = LIMITS.logBytes.value,
): readonly RunEvent[] {
  const kept: RunEvent[] = [];
  let size = bytes;
  let isCut = false;
  for (const event of events) {
    const length = Buffer.byteLength(JSON.stringify(event)) + 1;
    const hasRoom = event.type !== 'log' || size + length <= (event.level === 'error' ? 2 * limit : limit);
    if (hasRoom) kept.push(event);
    else if (!isCut) kept.push(cutAt(event, limit));
    if (hasRoom) size += length;
    else isCut = true;
  }
  return kept;
}

function cutAt({ runId, environment, at }: RunEvent, limit: number): RunEvent {
  const message = `the log of this run has more than ${limit} bytes; what is said from here on is not kept`;
  return { id: CUT, runId, environment, at, type: 'log', level: 'warning', message };
}
