import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSandbox } from '../helpers/cli.ts';
import { finish, IS_FULL, torture, undisturbedRun } from './torture.ts';

const FULL_DISK = new URL('./full-disk.ts', import.meta.url).href;
/** Every how many-th write is the first for which there is no room. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 5 : 131));

async function writesOfARun(): Promise<number> {
  const sandbox = await createSandbox();
  const counter = join(sandbox.directory, 'writes');
  const result = await sandbox.deploy([], { imports: [FULL_DISK], env: { COUNT_WRITES_IN: counter } });
  expect(result.exitCode, result.stderr).toBe(0);
  return Number(await readFile(counter, 'utf8'));
}

it('a disk that fills up is told plainly, and with room again the same command finishes', async () => {
  const [expected, writes] = await Promise.all([undisturbedRun(), writesOfARun()]);
  const moments = Array.from({ length: writes }, (_, index) => index + 1).filter((write) => write % STRIDE === 1);
  await torture(
    moments,
    (write) => `full at write ${write} of ${writes}`,
    async (sandbox, write) => {
      const stopped = await sandbox.deploy([], { imports: [FULL_DISK], env: { DISK_FULL_AT: String(write) } });
      const problems = stopped.stderr.includes('The disk is full') ? [] : [`not told:\n${stopped.stderr}`];
      if (stopped.exitCode !== 1) problems.push(`exit code ${stopped.exitCode ?? stopped.signal}`);
      if (/internal error|\n {4}at /i.test(stopped.stderr)) problems.push(`told as a bug:\n${stopped.stderr}`);
      return [...problems, ...(await finish(sandbox, expected, { isSameRun: true }))];
    },
  );
  process.stdout.write(`crash: the disk was full at ${moments.length} of ${writes} writes\n`);
  expect(moments.length).toBeGreaterThan(0);
});
