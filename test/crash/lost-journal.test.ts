import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { STEP_NAMES } from '../../src/domain/steps.ts';
import { finish, IS_FULL, killing, torture, undisturbedRun } from './torture.ts';

const JOURNAL = '.draftgenie-deploy/default/journal.jsonl';
/** In the sample these alone. */
const SAMPLE: readonly string[] = ['create_databases', 'build_and_push_images', 'run_migrations'];

it('the journal may be lost at every step: the next run converges from state and cloud alone', async () => {
  const expected = await undisturbedRun();
  const steps = STEP_NAMES.filter((step) => IS_FULL || SAMPLE.includes(step));
  await torture(
    steps,
    (step) => `while ${step} ran`,
    async (sandbox, step) => {
      const killed = await sandbox.deploy([], killing({ kind: 'answer', at: `${step}-1`, moment: 'before' }));
      if (killed.signal !== 'SIGKILL') return [`not killed: exit code ${killed.exitCode}\n${killed.stderr}`];
      await rm(join(sandbox.directory, JOURNAL));
      return await finish(sandbox, expected, { isSameRun: false });
    },
  );
  process.stdout.write(`crash: the journal was lost at ${steps.length} of ${STEP_NAMES.length} steps\n`);
  expect(steps.length).toBeGreaterThan(0);
});
