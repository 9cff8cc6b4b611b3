import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Drift } from '../../src/domain/drift.ts';
import { driftText } from '../../src/domain/drift-check/drift-text.ts';
import { mapLimited } from '../../src/shared/map-limited.ts';
import { createSandbox, type Sandbox } from '../helpers/cli.ts';
import { CHANGES_BY_HAND, handOf } from '../helpers/cloud/changes-by-hand.ts';
import { byHand } from '../helpers/plan/cloud-by-hand.ts';
import { tempDirectory } from '../helpers/temp.ts';
import { IS_FULL, KILL_SWITCH, type Kill, killing, told } from './torture.ts';

/** Every how many-th write of Azure and of the journal is tried. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 1 : 17));
const AT_ONCE = 2;
const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
const REPAIR = ['drift', '--fix', '--auto-approve', ...SIMULATE, '--output', 'json'];
/** Two that change one app in a way that does not go together with the others. */
const ALONE = ['the revision that serves, stopped', 'the revision mode of an app'];
const CHANGES = CHANGES_BY_HAND.filter(({ title, stays }) => !stays && !ALONE.includes(title));

it('a repair that is killed, wherever that is, is finished by the same command', async () => {
  const template = await meddledWith();
  const { writes, journal } = await undisturbed(template);
  const kills = [...killsAt('write', writes), ...killsAt('journal', journal)];
  let reached = 0;
  const problems = await mapLimited(kills, AT_ONCE, async (kill) => {
    const sandbox = await copyOf(template);
    const killed = await sandbox.run(REPAIR, killing(kill));
    if (killed.signal === 'SIGKILL') reached += 1;
    const again = await sandbox.run(REPAIR);
    const found = again.exitCode === 0 ? await left(sandbox) : [`ended with ${again.exitCode}: ${again.stderr}`];
    await rm(sandbox.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    return found.map((problem) => `${told(kill)}: ${problem.slice(0, 1000)}`);
  });
  expect(problems.flat()).toEqual([]);
  expect(reached).toBeGreaterThan(kills.length / 2);
  process.stdout.write(`crash: killed at ${reached} moments of a repair\n`);
});

/** The example, deployed, and changed past its deployer, a deleted database among the changes. */
async function meddledWith(): Promise<Sandbox> {
  const sandbox = await createSandbox();
  const first = await sandbox.deploy();
  expect(first.exitCode, first.stderr).toBe(0);
  await byHand(sandbox, async (arm) => {
    const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
    for (const change of CHANGES) await change.make(handOf(arm, group));
  });
  return sandbox;
}

async function copyOf({ directory: from }: Sandbox): Promise<Sandbox> {
  const directory = await tempDirectory();
  await cp(from, directory, { recursive: true });
  return await createSandbox(directory);
}

async function undisturbed(template: Sandbox): Promise<{ readonly writes: number; readonly journal: number }> {
  const sandbox = await copyOf(template);
  const counter = join(sandbox.directory, 'counts');
  const whole = await sandbox.run(REPAIR, { imports: [KILL_SWITCH], env: { COUNT_IN: counter } });
  expect(whole.exitCode, whole.stderr + whole.stdout.slice(-2000)).toBe(0);
  expect(await left(sandbox)).toEqual([]);
  const { write, journal } = JSON.parse(await readFile(counter, 'utf8')) as { write: number; journal: number };
  return { writes: write, journal };
}

function killsAt(kind: Kill['kind'], count: number): readonly Kill[] {
  return Array.from({ length: count }, (_, index) => index + 1)
    .filter((at) => at % STRIDE === 1 || STRIDE === 1)
    .flatMap((at, index): readonly Kill[] => {
      const [before, after]: readonly Kill[] = [
        { kind, at, moment: 'before' },
        { kind, at, moment: 'after' },
      ];
      return (IS_FULL ? [before, after] : [index % 2 === 0 ? after : before]) as readonly Kill[];
    });
}

/** What is still not as it was deployed, and what a deployment would do. */
async function left(sandbox: Sandbox): Promise<readonly string[]> {
  const { exitCode, events, stderr } = await sandbox.run(['drift', ...SIMULATE, '--output', 'json']);
  const [report] = events as unknown as readonly { readonly drift: readonly Drift[] }[];
  const drift = report?.drift.map(driftText) ?? [`no report: ${exitCode} ${stderr}`];
  const plan = await sandbox.run(['plan', ...SIMULATE, '--detailed-exitcode']);
  return [...drift, ...(plan.exitCode === 0 ? [] : [`a plan afterwards: ${plan.exitCode} ${plan.stdout}`])];
}
