import { expect, it } from 'vitest';
import { finish, IS_FULL, type Kill, killing, told, torture, undisturbedRun } from './torture.ts';

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
  let reached = 0;
  await torture(kills, told, async (sandbox, kill) => {
    const killed = await sandbox.deploy([], killing(kill));
    // A run looks at Azure more or less often than another; the last calls of a longer one are not reached.
    if (killed.exitCode === 0) return [];
    if (killed.signal !== 'SIGKILL') return [`not killed: exit code ${killed.exitCode}\n${killed.stderr}`];
    reached += 1;
    return await finish(sandbox, expected, { isSameRun: true });
  });
  process.stdout.write(`crash: killed at ${reached} moments of ${expected.counts.azure} calls of Azure\n`);
  expect(reached).toBeGreaterThan(kills.length / 2);
});
