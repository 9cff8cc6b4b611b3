import type { Rows } from './rows.ts';

const FOLLOWING = ['test/unit/runs/reading/following.test.ts'];
const READS = ['test/unit/triggers/few-reads.test.ts'];

/** Bounds: what is shared, cut or waits. */
export const BOUNDS: Rows = {
  'src/domain/circles.ts': [
    [
      'bound: a circle of names taken',
      'circles.get(from) === circles.get(by)',
      'from === by',
      ['test/unit/domain/circles.test.ts'],
    ],
  ],
  'src/runs/reading/following.ts': [
    ['bound: an event given twice', 'comparePositions(position, seen) > 0', 'position !== seen', FOLLOWING],
    [
      'bound: a follower behind the others',
      'comparePositions(seen, look.page.position) < 0',
      'seen === null',
      FOLLOWING,
    ],
    ['bound: a reader for each follower', 'next ??= lookAfter(', 'next = lookAfter(', FOLLOWING],
  ],
  'src/runs/reading/run-reader.ts': [
    [
      'bound: events read from the beginning each time',
      'runs.events(runId, after), position)',
      'runs.events(runId, after), undefined)',
      READS,
    ],
  ],
  'src/runs/uploads/parse-bounded.ts': [
    [
      'bound: everything parsed where it is',
      'Buffer.byteLength(all) <= SMALL_IN_BYTES',
      "all !== ''",
      ['test/unit/triggers/costly-config.test.ts'],
    ],
  ],
  'src/runtime/durable/forget-ended.ts': [
    [
      'bound: what runs forgotten',
      'hasEnded(instance))',
      "instance.name !== '')",
      ['test/contract/runtime/compaction.test.ts'],
    ],
  ],
  'src/shared/turnstile.ts': [
    ['bound: a place lost', 'else working -= 1;', '', ['test/unit/shared/turnstile.test.ts']],
  ],
  'src/state/log-room.ts': [
    ['bound: a log that hides an error', '2 * limit : limit', 'limit : limit', ['test/unit/state/log-room.test.ts']],
  ],
  'src/runs/reservation.ts': [
    [
      'bound: a queue without an end',
      'mostWaiting: LIMITS.waitingRuns.value',
      'mostWaiting: Number.POSITIVE_INFINITY',
      ['test/unit/triggers/full-queue.test.ts'],
    ],
  ],
};
