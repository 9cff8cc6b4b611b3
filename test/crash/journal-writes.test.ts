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
  let reached = 0;
  await torture(kills, told, async (sandbox, kill) => {
    const killed = await sandbox.deploy([], killing(kill));
    // How much shares a write is a matter of time.
    if (killed.exitCode === 0) return [];
    if (killed.signal !== 'SIGKILL') return [`not killed: exit code ${killed.exitCode}\n${killed.stderr}`];
    reached += 1;
    return await finish(sandbox, expected, { isSameRun: true });
  });
  process.stdout.write(`crash: killed at ${reached} of ${expected.counts.journal} journal writes\n`);
  expect(reached).toBeGreaterThan(kills.length / 2);
});
