import { expect, it } from 'vitest';
import { finish, IS_FULL, type Kill, killing, told, torture, undisturbedRun } from './torture.ts';

/** Every how many-th write is tried. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 1 : 21));

it('kill -9 at a journal write loses nothing and repeats nothing, whichever write it is', async () => {
  const expected = await undisturbedRun();
  const every = Array.from({ length: expected.counts.journal }, (_, index) => index + 1);
  const kills = every
    .filter((count) => count % STRIDE === 1 || STRIDE === 1)
    .map((count): Kill => ({ kind: 'journal', at: count, moment: count % 2 === 0 ? 'before' : 'after' }));
  await torture(kills, told, async (sandbox, kill) => {
    const killed = await sandbox.deploy([], killing(kill));
    if (killed.signal !== 'SIGKILL') return [`not killed: exit code ${killed.exitCode}\n${killed.stderr}`];
    return await finish(sandbox, expected, { isSameRun: true });
  });
  process.stdout.write(`crash: killed at ${kills.length} of ${expected.counts.journal} journal writes\n`);
  expect(kills.length).toBeGreaterThan(0);
});
