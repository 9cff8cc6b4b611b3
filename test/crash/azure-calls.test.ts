import { expect, it } from 'vitest';
import { finish, IS_FULL, type Kill, killing, told, torture, undisturbedRun } from './torture.ts';

/** Every how many-th call is tried. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 1 : 53));
/** A run looks at Azure a few times more or less than another; the last calls of a shorter one are not reached. */
const SPARE = 15;

it('kill -9 at a call of Azure loses nothing and repeats nothing, whichever call it is', async () => {
  const expected = await undisturbedRun();
  const reached = expected.counts.azure - SPARE;
  const every = Array.from({ length: reached }, (_, index) => index + 1).filter(
    (count) => count % STRIDE === 1 || STRIDE === 1,
  );
  const kills = every.flatMap((count, index): readonly Kill[] => {
    const before: Kill = { kind: 'azure', at: count, moment: 'before' };
    const after: Kill = { kind: 'azure', at: count, moment: 'after' };
    if (IS_FULL) return [before, after];
    return index % 3 === 0 ? [before] : [after];
  });
  await torture(kills, told, async (sandbox, kill) => {
    const killed = await sandbox.deploy([], killing(kill));
    if (killed.signal !== 'SIGKILL') return [`not killed: exit code ${killed.exitCode}\n${killed.stderr}`];
    return await finish(sandbox, expected, { isSameRun: true });
  });
  process.stdout.write(`crash: killed at ${kills.length} moments of ${expected.counts.azure} calls of Azure\n`);
  expect(kills.length).toBeGreaterThan(0);
});
