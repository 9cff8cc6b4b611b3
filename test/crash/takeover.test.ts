import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Drift } from '../../src/domain/drift.ts';
import { driftText } from '../../src/domain/drift-check/drift-text.ts';
import { mapLimited } from '../../src/shared/map-limited.ts';
import { originalDeployment, type Takeover } from '../helpers/takeover/original-deployment.ts';
import { takeoverProblems } from '../helpers/takeover/takeover-outcome.ts';
import { differences } from './outcome.ts';
import { IS_FULL, KILL_SWITCH, type Kill, killing, told } from './torture.ts';

/** Every how many-th write is tried. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 1 : 29));
const AT_ONCE = 2;

it('a takeover that is killed at a write is finished by the next start, and nothing is lost meanwhile', async () => {
  const undisturbed = await undisturbedTakeover();
  const every = Array.from({ length: undisturbed.writes }, (_, index) => index + 1).filter(
    (n) => n % STRIDE === 1 || STRIDE === 1,
  );
  const kills = every.flatMap((at): readonly Kill[] => {
    const before: Kill = { kind: 'write', at, moment: 'before' };
    const after: Kill = { kind: 'write', at, moment: 'after' };
    return IS_FULL ? [before, after] : [at % 2 === 0 ? before : after];
  });
  const problems = await mapLimited(kills, AT_ONCE, async (kill) =>
    (await killedTakeover(kill, undisturbed.drift)).map((problem) => `${told(kill)}: ${problem.slice(0, 2000)}`),
  );
  expect(problems.flat()).toEqual([]);
});

interface Undisturbed {
  /** How many it sends. */
  readonly writes: number;
  /** What drift says after it. */
  readonly drift: readonly string[];
}

async function undisturbedTakeover(): Promise<Undisturbed> {
  const takeover = await originalDeployment();
  const { sandbox, simulate } = takeover;
  const counter = join(sandbox.directory, 'counts');
  const done = await sandbox.run([...simulate, '--adopt', '--auto-approve'], {
    imports: [KILL_SWITCH],
    env: { COUNT_IN: counter },
  });
  expect(done.exitCode, done.stderr + done.stdout.slice(-2000)).toBe(0);
  const { write: writes } = JSON.parse(await readFile(counter, 'utf8')) as { write: number };
  return { writes, drift: await driftAfter(takeover) };
}

async function driftAfter({ sandbox, simulate }: Takeover): Promise<readonly string[]> {
  const { events, stdout, stderr } = await sandbox.run(['drift', ...simulate, '--output', 'json']);
  const [report] = events as unknown as readonly { readonly drift: readonly Drift[] }[];
  return report?.drift.map(driftText) ?? [`no report: ${stdout}${stderr}`];
}

async function killedTakeover(kill: Kill, expectedDrift: readonly string[]): Promise<readonly string[]> {
  const takeover = await originalDeployment();
  const { sandbox, simulate } = takeover;
  const command = [...simulate, '--adopt', '--auto-approve', '--output', 'json'];
  const killed = await sandbox.run(command, killing(kill));
  // How often something is written again while others work is a matter of time.
  if (killed.exitCode !== 0 && killed.signal !== 'SIGKILL') return [`not killed: ${killed.exitCode}\n${killed.stderr}`];
  const last = await sandbox.run(command);
  if (last.exitCode !== 0) return [`the last start ended with ${last.exitCode}\n${last.stderr}`];
  const problems = [...(await takeoverProblems(takeover))];
  const plan = await sandbox.run(['plan', ...simulate, '--detailed-exitcode']);
  if (plan.exitCode !== 0) problems.push(`a plan afterwards ended with ${plan.exitCode}\n${plan.stdout}`);
  problems.push(...differences(expectedDrift, await driftAfter(takeover)).map((line) => `drift ${line}`));
  await rm(sandbox.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  return problems;
}
