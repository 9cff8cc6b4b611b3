import fc from 'fast-check';
import { expect, it } from 'vitest';
import { finish, IS_FULL, type Kill, killing, told, torture, type Undisturbed, undisturbedRun } from './torture.ts';

const CASES = Number(process.env.CRASH_CASES ?? (IS_FULL ? 200 : 6));
/** The sample is the same every time; a full run tries something new, and prints how to try it again. */
const SEED = Number(process.env.CRASH_SEED ?? (IS_FULL ? Date.now() % 2 ** 31 : 20_260_101));

/** Anywhere in a whole run; of two or three in a row the later ones have less of a run before them. */
function anyKill({ counts }: Undisturbed, killsBefore: number): fc.Arbitrary<Kill> {
  const moment = fc.constantFrom<Kill['moment'][]>('before', 'after');
  const upTo = (count: number): fc.Arbitrary<number> =>
    fc.integer({ min: 1, max: Math.ceil(count / 2 ** killsBefore) });
  return fc.oneof(
    fc.record({ kind: fc.constant('journal' as const), at: upTo(counts.journal), moment }),
    fc.record({ kind: fc.constant('azure' as const), at: upTo(counts.azure), moment }),
  );
}

it('two or three kills in a row, anywhere, lose nothing and repeat nothing', async () => {
  const expected = await undisturbedRun();
  const [first, second, third] = [0, 1, 2].map((before) => anyKill(expected, before));
  if (!first || !second || !third) throw new Error('three kills');
  const rows = fc.sample(fc.oneof(fc.tuple(first, second), fc.tuple(first, second, third)), {
    seed: SEED,
    numRuns: CASES,
  });
  let kills = 0;
  await torture(
    rows,
    (row) => `CRASH_SEED=${SEED}: ${row.map(told).join(', ')}`,
    async (sandbox, row) => {
      for (const kill of row) {
        const result = await sandbox.deploy([], killing(kill));
        // What was left to do may be less than the kill counts on.
        if (result.signal === 'SIGKILL') kills += 1;
        else if (result.exitCode !== 0) return [`exit code ${result.exitCode}\n${result.stderr}`];
      }
      return await finish(sandbox, expected, { isSameRun: true });
    },
  );
  process.stdout.write(`crash: ${rows.length} rows of two or three kills, ${kills} in all, CRASH_SEED=${SEED}\n`);
  expect(kills).toBeGreaterThan(rows.length);
});
