import { spawn } from 'node:child_process';
import { appendFile, cp, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { contentDigest } from '../../src/domain/config/provenance.ts';
import { readConfig } from '../../src/state/stored-documents.ts';
import { inThePast } from './past.ts';
import { filesOf, sha256, writeRecording } from './recording.ts';

const ENGINE_DIRECTORY = '.draftgenie-deploy/default';

/** Deployments by the command line: one that ended, and some that were killed before a step left its answer. */
export async function recordCommandLine(
  checkout: string,
  fixtures: string,
  isAsked: (name: string) => boolean,
): Promise<void> {
  const record = async (name: string, work: (directory: string) => Promise<void>): Promise<void> => {
    if (!isAsked(name)) return;
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'draftgenie-upgrade-')));
    await cp(join(fixtures, 'app'), join(directory, 'app'), { recursive: true });
    await work(directory);
    const requestDigest = await digestText(directory);
    const recording = { requestDigest, files: await filesOf(directory) };
    await writeRecording(join(fixtures, `${name}.json.gz`), recording, {
      // Before the directory is taken out of the text that it is made of.
      requestDigest: sha256(requestDigest),
      directory,
      engine: `local:${hostname()}:${sha256(join(directory, ENGINE_DIRECTORY)).slice(0, 12)}`,
      holder: `${userInfo().username}@${hostname()}`,
    });
    await rm(directory, { recursive: true });
  };
  const twoReleases = async (directory: string, killedBefore?: string): Promise<void> => {
    await deploy(checkout, directory);
    await appendFile(join(directory, 'app/server.js'), '// second release\n');
    await deploy(checkout, directory, killedBefore);
  };
  const inFlight = {
    databases: 'create_databases-1',
    builds: 'build_and_push_images-1',
    migrations: 'run_migrations-2',
  };
  for (const [name, answer] of Object.entries(inFlight)) {
    await record(name, (directory) => deploy(checkout, directory, answer));
  }
  await record('deployed', (directory) => twoReleases(directory));
  await record('rollout', (directory) => twoReleases(directory, 'verify_deployment-2'));
}

/** @param killedBefore the answer that the process does not live to write; none: it comes to its end */
async function deploy(checkout: string, directory: string, killedBefore?: string): Promise<void> {
  const killSwitch = pathToFileURL(join(checkout, 'test/crash/kill-switch.ts')).href;
  const args = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant', '--auto-approve'];
  const child = spawn(
    process.execPath,
    ['--import', killSwitch, join(checkout, 'src/cli/bin.ts'), ...args, '--output', 'plain'],
    {
      cwd: directory,
      // The simulator writes to the same standard error: when that is closed, both are over.
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ...inThePast(checkout),
        ...(killedBefore !== undefined && { KILL_AT: `answer:${killedBefore}:before` }),
      },
    },
  );
  child.stderr.pipe(process.stderr);
  const signal = await new Promise<string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_, by) => resolve(by));
  });
  const expected = killedBefore === undefined ? null : 'SIGKILL';
  if (signal !== expected || (expected === null && child.exitCode !== 0)) {
    throw new Error(`the deployment ended with ${child.exitCode ?? signal}`);
  }
}

/** The text whose SHA-256 is the digest of the newest request: it depends on the directory, in which the test is not. */
async function digestText(directory: string): Promise<string> {
  const [newest = ''] = (await readdir(join(directory, ENGINE_DIRECTORY, 'runs'))).sort().reverse();
  const file = join(directory, ENGINE_DIRECTORY, 'runs', newest, 'request.json');
  const request = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown> & {
    readonly options: Record<string, unknown>;
  };
  const { forceSteps, forceAll, adopt, allowReplace, refresh } = request.options;
  const options = { adopt, allowReplace, forceAll, forceSteps, onlySteps: null, refresh, rollbackTo: null };
  const { environment, source, productVersion: version } = request;
  // Earlier commits made it of all of the configuration, later ones of what it says.
  const digests = [request.configDigest, await digestOfContent(directory, String(request.configDigest))];
  // Keys in the order of canonical JSON.
  const texts = digests.map((configDigest) => JSON.stringify({ configDigest, environment, options, source, version }));
  const text = texts.find((one) => sha256(one) === request.requestDigest);
  if (text === undefined) throw new Error('requests of that commit are told apart by something else');
  return text;
}

async function digestOfContent(directory: string, digest: string): Promise<string> {
  const text = await readFile(join(directory, ENGINE_DIRECTORY, 'configs', `${digest}.json`), 'utf8');
  return contentDigest(readConfig(text, digest));
}
