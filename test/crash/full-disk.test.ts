import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type CliResult, createSandbox, type Sandbox } from '../helpers/cli.ts';
import { finish, IS_FULL, torture, undisturbedRun } from './torture.ts';

const FULL_DISK = new URL('./full-disk.ts', import.meta.url).href;
/** Every how many-th write is the first for which there is no room. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 5 : 131));
/** The end of a run is written to many places, of which each may be the first that is full. */
const LAST = 6;

/** The command with so much room, and how often it wrote. */
async function deployWith(
  sandbox: Sandbox,
  room: { readonly fullAt?: number } = {},
): Promise<CliResult & { writes: number }> {
  const counter = join(sandbox.directory, 'writes');
  const fullAt = String(room.fullAt ?? Number.POSITIVE_INFINITY);
  const result = await sandbox.deploy([], {
    imports: [FULL_DISK],
    env: { COUNT_WRITES_IN: counter, DISK_FULL_AT: fullAt },
  });
  return { ...result, writes: Number(await readFile(counter, 'utf8')) };
}

async function writesOfARun(): Promise<number> {
  const { exitCode, stderr, writes } = await deployWith(await createSandbox());
  expect(exitCode, stderr).toBe(0);
  return writes;
}

it('a disk that fills up is told plainly, and with room again the same command finishes', async () => {
  const [expected, writes] = await Promise.all([undisturbedRun(), writesOfARun()]);
  const isTried = (write: number): boolean => write % STRIDE === 1 || write > writes - LAST;
  const moments = Array.from({ length: writes }, (_, index) => index + 1).filter(isTried);
  let reached = 0;
  await torture(
    moments,
    (write) => `full at write ${write} of ${writes}`,
    async (sandbox, write) => {
      const stopped = await deployWith(sandbox, { fullAt: write });
      // One run writes a few times more or less than another.
      if (stopped.writes < write) return stopped.exitCode === 0 ? [] : [`exit code ${stopped.exitCode}`];
      reached += 1;
      const problems = stopped.stderr.includes('The disk is full') ? [] : [`not told:\n${stopped.stderr}`];
      if (stopped.exitCode !== 1) problems.push(`exit code ${stopped.exitCode ?? stopped.signal}`);
      if (/internal error|\n {4}at /i.test(stopped.stderr)) problems.push(`told as a bug:\n${stopped.stderr}`);
      return [...problems, ...(await finish(sandbox, expected, { isSameRun: true }))];
    },
  );
  process.stdout.write(`crash: the disk was full at ${reached} of ${writes} writes\n`);
  expect(reached).toBeGreaterThan(0);
});
