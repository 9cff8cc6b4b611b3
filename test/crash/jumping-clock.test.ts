import { it } from 'vitest';
import type { CliOptions } from '../helpers/cli.ts';
import { finish, IS_FULL, killing, torture, undisturbedRun } from './torture.ts';

const CLOCK = new URL('./jumping-clock.ts', import.meta.url).href;
const HOUR_IN_MS = 3_600_000;
const DAY_IN_MS = 24 * HOUR_IN_MS;
/** A run takes seconds; one that waits for a time that is an hour away is ended. */
const LIMIT_IN_MS = 300_000;

interface Jump {
  readonly byInMs: number;
  /** After so many calls of Azure; 0: the whole second process has another time. */
  readonly at: number;
}

const JUMPS: readonly Jump[] = [
  { byInMs: DAY_IN_MS, at: 0 },
  { byInMs: -HOUR_IN_MS, at: 0 },
  { byInMs: DAY_IN_MS, at: 120 },
  { byInMs: -HOUR_IN_MS, at: 120 },
];
const MORE: readonly Jump[] = [-DAY_IN_MS, -HOUR_IN_MS, HOUR_IN_MS, 30 * DAY_IN_MS].flatMap((byInMs) =>
  [0, 20, 60, 100, 140, 180, 220, 260, 300].map((at) => ({ byInMs, at })),
);

function clock({ byInMs, at }: Jump): CliOptions {
  return {
    imports: [CLOCK],
    env: { CLOCK_JUMP_IN_MS: String(byInMs), CLOCK_JUMP_AT: String(at) },
    limitInMs: LIMIT_IN_MS,
  };
}

it('a clock that jumps, between two processes or under a run, changes nothing', async () => {
  const expected = await undisturbedRun();
  const jumps = IS_FULL ? [...JUMPS, ...MORE] : JUMPS;
  await torture(
    jumps,
    ({ byInMs, at }) => `${byInMs / HOUR_IN_MS} hours after ${at} calls`,
    async (sandbox, jump) => {
      if (jump.at === 0) {
        const killed = await sandbox.deploy([], killing({ kind: 'journal', at: 60, moment: 'after' }));
        if (killed.signal !== 'SIGKILL') return [`not killed: exit code ${killed.exitCode}\n${killed.stderr}`];
      }
      const jumped = await sandbox.deploy([], { ...clock(jump), notAsPlanned: 'what was killed was planned before' });
      if (jumped.exitCode !== 0) return [`exit code ${jumped.exitCode ?? jumped.signal}\n${jumped.stderr}`];
      return await finish(sandbox, expected, { isSameRun: true });
    },
  );
  process.stdout.write(`crash: the clock jumped ${jumps.length} times\n`);
});
