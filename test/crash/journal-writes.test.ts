import { it } from 'vitest';
import { IS_FULL, type Kill, killEach, undisturbedRun } from './torture.ts';

/** Every how many-th write is tried. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 1 : 21));

it('kill -9 at a journal write loses nothing and repeats nothing, whichever write it is', async () => {
  const expected = await undisturbedRun();
  const every = Array.from({ length: expected.counts.journal }, (_, index) => index + 1);
  const kills = every
    .filter((count) => count % STRIDE === 1 || STRIDE === 1)
    .map((count): Kill => ({ kind: 'journal', at: count, moment: count % 2 === 0 ? 'before' : 'after' }));
  const reached = await killEach(kills, expected);
  process.stdout.write(`crash: killed at ${reached} of ${expected.counts.journal} journal writes\n`);
});
