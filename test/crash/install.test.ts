import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import type { Arm } from '../../src/azure/ports.ts';
import type { EnvironmentState } from '../../src/domain/state.ts';
import { mapLimited } from '../../src/shared/map-limited.ts';
import { type CliOptions, type CliResult, createSandbox, type Sandbox } from '../helpers/cli.ts';
import { echoHosting } from '../helpers/cloud/function-app.ts';
import { storedCloud } from '../helpers/cloud/stored-cloud.ts';
import { EVERYTHING, INSTALL } from '../helpers/install/installed.ts';
import { byHand } from '../helpers/plan/cloud-by-hand.ts';
import { tempDirectory } from '../helpers/temp.ts';
import { differences, outcomeOf } from './outcome.ts';
import { IS_FULL, KILL_SWITCH, type Kill, killing, told } from './torture.ts';

/** Every how many-th write is tried. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 1 : 23));
const AT_ONCE = 2;

const ARCHIVE = '.draftgenie-deploy/deployer/package/draftgenie-deploy-functions.zip';
const SITE = 'shop-deployer/providers/Microsoft.Web/sites/shop-deployer';

interface Scene {
  readonly what: string;
  /** What was there before, in a folder that every trial begins with a copy of. */
  prepare(sandbox: Sandbox): Promise<void>;
  /** Of `install`. */
  readonly args: readonly string[];
}

const SCENES: readonly Scene[] = [
  { what: 'a first installation', prepare: async () => undefined, args: EVERYTHING },
  {
    what: 'an upgrade of an app whose keys were made anew',
    prepare: upgradable,
    args: ['--package', 'newer.zip'],
  },
];

/** Another build of the app is there, and both keys that others hold are no longer those that they have. */
async function upgradable(sandbox: Sandbox): Promise<void> {
  const installed = await install(sandbox, EVERYTHING);
  expect(installed.exitCode, installed.stderr).toBe(0);
  const own = unzipSync(await readFile(join(sandbox.directory, ARCHIVE)));
  await writeFile(join(sandbox.directory, 'newer.zip'), zipSync({ ...own, 'a-newer-build.txt': strToU8('newer') }));
  await byHand(sandbox, (arm) => makeKeysAnew(sandbox, arm), echoHosting());
}

async function makeKeysAnew(sandbox: Sandbox, arm: Arm): Promise<void> {
  const { resources } = storedCloud(join(sandbox.directory, '.draftgenie-deploy/simulator/cloud.json'));
  const { id = '' } = Object.values(resources).find((one) => one.id.endsWith(SITE)) ?? {};
  for (const [kind, name] of [
    ['systemkeys', 'blobs_extension'],
    ['functionkeys', 'default'],
  ] as const) {
    const properties = { name, value: `made-anew-for-${name}-and-long-enough` };
    await arm.put(`${id}/host/default/${kind}/${name}`, '2025-03-01', { properties });
  }
}

async function install(sandbox: Sandbox, args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return await sandbox.run([...INSTALL, ...args], options);
}

/** How many writes a run sends that nothing disturbs. */
async function counted(sandbox: Sandbox, args: readonly string[]): Promise<number> {
  const counter = join(sandbox.directory, 'counts');
  const done = await install(sandbox, args, { imports: [KILL_SWITCH], env: { COUNT_IN: counter } });
  expect(done.exitCode, done.stderr + done.stdout.slice(-2000)).toBe(0);
  const { write } = JSON.parse(await readFile(counter, 'utf8')) as { readonly write: number };
  return write;
}

const PUBLICATION = / \.extra\.deployments\.\d+\.id = /;
const ABOUT_PUBLICATIONS = / \.extra\.deployments\./;

async function outcome(sandbox: Sandbox): Promise<readonly string[]> {
  const state = JSON.parse(await sandbox.read('.azure-deployment-state-v1.deployer.json')) as EnvironmentState;
  return await outcomeOf(join(sandbox.directory, '.draftgenie-deploy/simulator'), state);
}

/**
 * The host does not say what it was sent, so that an archive whose answer nobody saw is sent once more: one publication may be more, and
 * nothing else.
 */
function twice(expected: readonly string[], found: readonly string[]): readonly string[] {
  const publications = (lines: readonly string[]) => lines.filter((line) => PUBLICATION.test(line));
  const others = (lines: readonly string[]) => lines.filter((line) => !ABOUT_PUBLICATIONS.test(line));
  const more = publications(found).length - publications(expected).length;
  const odd = more === 0 || more === 1 ? [] : [`${more} publications more`];
  return [...odd, ...differences(others(expected), others(found))];
}

it.each(SCENES)(
  '$what that is killed at a write, before it or after it, is finished by the same command, and the one after that writes nothing',
  async ({ what, prepare, args }) => {
    const template = await createSandbox();
    await prepare(template);
    const copied = async (): Promise<Sandbox> => {
      const directory = await tempDirectory();
      await cp(template.directory, directory, { recursive: true });
      return await createSandbox(directory);
    };
    const undisturbed = await copied();
    const writes = await counted(undisturbed, args);
    const expected = await outcome(undisturbed);
    expect(await counted(undisturbed, args)).toBe(0);

    const every = Array.from({ length: writes }, (_, index) => index + 1).filter(
      (n) => n % STRIDE === 1 || STRIDE === 1,
    );
    const kills = every.flatMap((at): readonly Kill[] => {
      const before: Kill = { kind: 'write', at, moment: 'before' };
      const after: Kill = { kind: 'write', at, moment: 'after' };
      return IS_FULL ? [before, after] : [at % 2 === 0 ? before : after];
    });
    let reached = 0;
    const problems = await mapLimited(kills, AT_ONCE, async (kill) => {
      const sandbox = await copied();
      const killed = await install(sandbox, args, killing(kill));
      // How often something is written again while others work is a matter of time.
      if (killed.signal !== 'SIGKILL') return killed.exitCode === 0 ? [] : [`${told(kill)}: ${killed.stderr}`];
      reached += 1;
      const found = await finished(sandbox, args, expected);
      await rm(sandbox.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      return found.map((line) => `${told(kill)}: ${line.slice(0, 1000)}`);
    });
    expect(problems.flat()).toEqual([]);
    expect(reached).toBeGreaterThan(kills.length / 2);
    process.stdout.write(`crash: killed at ${reached} moments of ${writes} writes of ${what}\n`);
  },
);

/** The same command twice more: what is wrong with what the first of them leaves, and with what the second one does. */
async function finished(
  sandbox: Sandbox,
  args: readonly string[],
  expected: readonly string[],
): Promise<readonly string[]> {
  const last = await install(sandbox, args);
  if (last.exitCode !== 0)
    return [`the next run ended with ${last.exitCode}\n${last.stderr}${last.stdout.slice(-700)}`];
  const left = twice(expected, await outcome(sandbox));
  const again = await counted(sandbox, args);
  return [...left, ...(again === 0 ? [] : [`the run after the next one sends ${again} writes`])];
}
