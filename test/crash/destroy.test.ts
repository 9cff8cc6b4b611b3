import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunEvent } from '../../src/domain/events.ts';
import { mapLimited } from '../../src/shared/map-limited.ts';
import type { CloudState } from '../../src/simulator/store.ts';
import { type CliOptions, createSandbox, type Sandbox } from '../helpers/cli.ts';
import { tempDirectory } from '../helpers/temp.ts';
import { differences } from './outcome.ts';
import { streamsOf } from './streams.ts';
import { IS_FULL, KILL_SWITCH, type Kill, told } from './torture.ts';

/** Every how many-th call of Azure and write of the journal is tried. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 1 : 13));
const AT_ONCE = 2;
const DESTROY = [
  ...['destroy', '--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'],
  ...['--confirm', 'default', '--output', 'json'],
];

/** What is left of the cloud and of the state, and what was told of each deletion, as lines. */
async function outcome(sandbox: Sandbox): Promise<readonly string[]> {
  const { resources, deletedVaults } = JSON.parse(
    await sandbox.read('.draftgenie-deploy/simulator/cloud.json'),
  ) as CloudState;
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

it('a deletion that is killed, wherever that is, and started again ends as one that was not', async () => {
  const template = await createSandbox();
  const first = await template.deploy();
  expect(first.exitCode, first.stderr).toBe(0);
  const copied = async (): Promise<Sandbox> => {
    const directory = await tempDirectory();
    await cp(template.directory, directory, { recursive: true });
    return await createSandbox(directory);
  };
  const undisturbed = await copied();
  const counter = join(undisturbed.directory, 'counts');
  const whole = await undisturbed.run(DESTROY, { imports: [KILL_SWITCH], env: { COUNT_IN: counter } });
  expect(whole.exitCode, whole.stderr).toBe(0);
  const expected = await outcome(undisturbed);
  expect(expected.filter((line) => line.startsWith('there'))).toEqual([]);
  const counts = JSON.parse(await readFile(counter, 'utf8')) as Readonly<Record<'journal' | 'azure', number>>;

  const kills = (['azure', 'journal'] as const).flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_, index) => index + 1)
      .filter((at) => at % STRIDE === 1 || STRIDE === 1)
      .map((at, index): Kill => ({ kind, at, moment: index % 2 === 0 ? 'after' : 'before' })),
  );
  let reached = 0;
  const problems = await mapLimited(kills, AT_ONCE, async (kill) => {
    const sandbox = await copied();
    const options: CliOptions = { imports: [KILL_SWITCH], env: { KILL_AT: `${kill.kind}:${kill.at}:${kill.moment}` } };
    const killed = await sandbox.run(DESTROY, options);
    if (killed.signal === 'SIGKILL') reached += 1;
    const last = await sandbox.run(DESTROY);
    const found =
      last.exitCode === 0 ? differences(expected, await outcome(sandbox)) : [`${last.exitCode} ${last.stderr}`];
    await rm(sandbox.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    return found.map((line) => `${told(kill)}: ${line.slice(0, 1000)}`);
  });
  expect(problems.flat()).toEqual([]);
  expect(reached).toBeGreaterThan(kills.length / 2);
  process.stdout.write(`crash: killed at ${reached} moments of a deletion\n`);
});
