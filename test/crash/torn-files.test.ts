import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Sandbox } from '../helpers/cli.ts';
import { finish, IS_FULL, killing, torture, undisturbedRun } from './torture.ts';

const JOURNAL = '.draftgenie-deploy/default/journal.jsonl';
const STATE = '.azure-deployment-state-v1.json';
/** Every how many-th journal write is the one that is torn. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 5 : 47));

/** Leaves the first half of what follows `from`, as a crash does that comes while a block is on its way to the disk. */
async function tear(path: string, from: (content: Buffer) => number): Promise<void> {
  const content = await readFile(path);
  const start = from(content);
  await truncate(path, start + ((content.length - start) >> 1));
}

const lastLine = (content: Buffer): number => content.lastIndexOf(0x0a, content.length - 2) + 1;

async function killedAt(sandbox: Sandbox, write: number): Promise<readonly string[]> {
  const killed = await sandbox.deploy([], killing({ kind: 'journal', at: write, moment: 'after' }));
  return killed.signal === 'SIGKILL' ? [] : [`not killed: exit code ${killed.exitCode}\n${killed.stderr}`];
}

it('a journal whose last line is torn loses that line and nothing else', async () => {
  const expected = await undisturbedRun();
  const writes = Array.from({ length: expected.counts.journal }, (_, index) => index + 1).filter(
    (write) => write % STRIDE === 2,
  );
  await torture(
    writes,
    (write) => `torn at journal write ${write}`,
    async (sandbox, write) => {
      const problems = await killedAt(sandbox, write);
      if (problems.length > 0) return [...problems];
      await tear(join(sandbox.directory, JOURNAL), lastLine);
      return await finish(sandbox, expected, { isSameRun: true });
    },
  );
  process.stdout.write(`crash: the journal was torn at ${writes.length} of ${expected.counts.journal} writes\n`);
  expect(writes.length).toBeGreaterThan(0);
});

it('a torn state file is refused and kept; started fresh, the next run adopts all that is there', async () => {
  const expected = await undisturbedRun();
  const writes = IS_FULL ? [20, 40, 60, 80] : [60];
  await torture(
    writes,
    (write) => `state torn after journal write ${write}`,
    async (sandbox, write) => {
      const problems = await killedAt(sandbox, write);
      if (problems.length > 0) return [...problems];
      const path = join(sandbox.directory, STATE);
      await tear(path, () => 0);
      const torn = await readFile(path, 'utf8');
      const refused = await sandbox.deploy();
      if (refused.exitCode !== 1 || !/state_corrupt/.test(refused.stderr)) return [`not refused:\n${refused.stderr}`];
      if ((await readFile(path, 'utf8')) !== torn) return ['the torn file was touched'];
      const reset = await sandbox.run(['state', 'reset', '--config', 'app/config.yaml', '--auto-approve']);
      if (reset.exitCode !== 0) return [`no reset: ${reset.stderr}`];
      const copy = /[^\s]+\.bak/.exec(`${reset.stdout}${reset.stderr}`)?.[0];
      if (copy === undefined || (await readFile(copy, 'utf8')) !== torn) return [`no copy:\n${reset.stdout}`];
      return await finish(sandbox, expected, { isSameRun: false });
    },
  );
  process.stdout.write(`crash: the state file was torn ${writes.length} times\n`);
});
