import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunEvent } from '../../src/domain/events.ts';
import { mapLimited } from '../../src/shared/map-limited.ts';
import { type CliOptions, type CliResult, createSandbox, type Sandbox } from '../helpers/cli.ts';
import { storedCloud } from '../helpers/cloud/stored-cloud.ts';
import { tempDirectory } from '../helpers/temp.ts';
import { differences } from './outcome.ts';
import { streamsOf } from './streams.ts';
import { IS_FULL, KILL_SWITCH, type Kill, told } from './torture.ts';

/** Every how many-th call of Azure and write of the journal is tried. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 1 : 13));
const AT_ONCE = 2;
const DESTROY = [
  ...['destroy', '--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant', '--output', 'json'],
];
const CLOCK = new URL('./jumping-clock.ts', import.meta.url).href;

/** What is left of the cloud and of the state, and what was told of each deletion, as lines. */
async function outcome(sandbox: Sandbox): Promise<readonly string[]> {
  const { resources, deletedVaults } = storedCloud(join(sandbox.directory, '.draftgenie-deploy/simulator/cloud.json'));
  const state = (await sandbox.state()) as unknown as Record<string, unknown>;
  const streams = await streamsOf(join(sandbox.directory, '.draftgenie-deploy/default/runs'));
  const removals = streams.flat().flatMap((event: RunEvent) => ('key' in event ? [`${event.type} ${event.key}`] : []));
  return [
    ...Object.keys(resources).map((id) => `there: ${id}`),
    ...Object.keys(deletedVaults).map((name) => `kept deleted: ${name}`),
    `state: ${JSON.stringify([state.steps, state.resources, state.left_behind, state.lock])}, closed: ${'closed' in state}`,
    ...removals,
  ].sort();
}

interface Deletion {
  readonly what: string;
  /** Every how many-th call of Azure and write of the journal is tried. */
  readonly stride: number;
  readonly deployed: readonly string[];
  readonly command: readonly string[];
  /** How both are run. */
  readonly options: CliOptions;
}

/** An hour after it was deployed. */
const LATER: CliOptions = { imports: [CLOCK], env: { CLOCK_JUMP_IN_MS: '3600000', CLOCK_JUMP_AT: '0' } };

const DELETIONS: readonly Deletion[] = [
  { what: 'a deletion', stride: STRIDE, deployed: [], command: ['--confirm', 'default'], options: {} },
  // The way is the same one; what is tried is that it goes on by itself.
  {
    what: 'a deletion of what has expired',
    stride: STRIDE * 5,
    deployed: ['--expires', '30m'],
    command: ['--expired'],
    options: LATER,
  },
];

it.each(DELETIONS)(
  '$what that is killed, wherever that is, and started again ends as one that was not',
  async (deletion) => {
    const { what, stride, deployed, command, options: later } = deletion;
    const template = await createSandbox();
    const first = await template.deploy(deployed);
    expect(first.exitCode, first.stderr).toBe(0);
    const copied = async (): Promise<Sandbox> => {
      const directory = await tempDirectory();
      await cp(template.directory, directory, { recursive: true });
      return await createSandbox(directory);
    };
    const destroy = (sandbox: Sandbox, more: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
      sandbox.run([...DESTROY, ...command], {
        imports: [...(later.imports ?? []), ...(Object.keys(more).length > 0 ? [KILL_SWITCH] : [])],
        env: { ...later.env, ...more },
      });
    const undisturbed = await copied();
    const counter = join(undisturbed.directory, 'counts');
    const whole = await destroy(undisturbed, { COUNT_IN: counter });
    expect(whole.exitCode, whole.stderr).toBe(0);
    const expected = await outcome(undisturbed);
    expect(expected.filter((line) => line.startsWith('there'))).toEqual([]);
    const counts = JSON.parse(await readFile(counter, 'utf8')) as Readonly<Record<'journal' | 'azure', number>>;

    const kills = (['azure', 'journal'] as const).flatMap((kind) =>
      Array.from({ length: counts[kind] }, (_, index) => index + 1)
        .filter((at) => at % stride === 1 || stride === 1)
        .map((at, index): Kill => ({ kind, at, moment: index % 2 === 0 ? 'after' : 'before' })),
    );
    let reached = 0;
    const problems = await mapLimited(kills, AT_ONCE, async (kill) => {
      const sandbox = await copied();
      const killed = await destroy(sandbox, { KILL_AT: `${kill.kind}:${kill.at}:${kill.moment}` });
      if (killed.signal === 'SIGKILL') reached += 1;
      const last = await destroy(sandbox);
      const found =
        last.exitCode === 0 ? differences(expected, await outcome(sandbox)) : [`${last.exitCode} ${last.stderr}`];
      await rm(sandbox.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      return found.map((line) => `${told(kill)}: ${line.slice(0, 1000)}`);
    });
    expect(problems.flat()).toEqual([]);
    expect(reached).toBeGreaterThan(kills.length / 2);
    process.stdout.write(`crash: killed at ${reached} moments of ${what}\n`);
  },
);
