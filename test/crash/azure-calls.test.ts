import { it } from 'vitest';
import { IS_FULL, type Kill, killEach, undisturbedRun } from './torture.ts';

/** Every how many-th call is tried. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 1 : 53));

it('kill -9 at a call of Azure loses nothing and repeats nothing, whichever call it is', async () => {
  const expected = await undisturbedRun();
  const every = Array.from({ length: expected.counts.azure }, (_, index) => index + 1).filter(
    (count) => count % STRIDE === 1 || STRIDE === 1,
  );
  const kills = every.flatMap((count, index): readonly Kill[] => {
    const before: Kill = { kind: 'azure', at: count, moment: 'before' };
    const after: Kill = { kind: 'azure', at: count, moment: 'after' };
    if (IS_FULL) return [before, after];
    return index % 3 === 0 ? [before] : [after];
  });
  const reached = await killEach(kills, expected);
  process.stdout.write(`crash: killed at ${reached} moments of ${expected.counts.azure} calls of Azure\n`);
});
