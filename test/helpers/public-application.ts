import { appendFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type CliResult, createSandbox, type Sandbox, type SimulatorRequest } from './cli.ts';
import { asPlanned } from './plan/as-planned.ts';
import { tempDirectory } from './temp.ts';

const APPLICATIONS = fileURLToPath(new URL('../fixtures/applications', import.meta.url));

/** An application of `test/fixtures/applications`, and what is to happen with it. */
export interface Scenario {
  readonly name: string;
  /** Images that a first deployment builds. */
  readonly builds: readonly string[];
  /** A line that is added to a file of the sources, with what is built for it, and the apps and jobs that get it. */
  readonly edit?: { readonly file: string; readonly builds: readonly string[]; readonly written: readonly string[] };
  /** A file in which a line more changes nothing. */
  readonly unseen?: string;
}

/** Deployed as its owner would: everything is made, nothing is done the second time, and one edit makes one image. */
export async function liveThrough({ name, builds, edit, unseen }: Scenario): Promise<void> {
  const application = await publicApplication(name);
  const first = await application.deploy();
  expect(first.result.exitCode, `${first.result.stderr}${first.result.stdout.slice(-2000)}`).toBe(0);
  expect(first.builds).toEqual(builds);
  if (unseen !== undefined) await application.edit(unseen);
  const second = await application.deploy();
  expect(second.result.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
  expect(second).toMatchObject({ builds: [], written: [] });
  if (!edit) return;
  await application.edit(edit.file);
  const third = await application.deploy();
  expect(third.result.events.at(-1)).toMatchObject({ status: 'succeeded' });
  expect(third).toMatchObject({ builds: edit.builds, written: edit.written });
}

interface PublicApplication {
  deploy(): Promise<Deployed>;
  /** Adds a line to a file. */
  edit(file: string): Promise<void>;
}

interface Deployed {
  readonly result: CliResult;
  /** Repositories, sorted, once for each build that was asked for. */
  readonly builds: readonly string[];
  /** Names of the apps and jobs that were written, sorted, once each. */
  readonly written: readonly string[];
}

async function publicApplication(name: string): Promise<PublicApplication> {
  const directory = await tempDirectory();
  await cp(join(APPLICATIONS, name), join(directory, name), { recursive: true });
  const sandbox = await createSandbox(directory);
  const config = `${name}/draftgenie.yaml`;
  const simulated = ['--config', config, '--simulate', '--simulator-profile', 'instant'];
  const args = [...simulated, '--auto-approve', '--output', 'json'];
  return {
    async deploy() {
      const from = (await requestsOf(sandbox)).length;
      const result = await asPlanned(sandbox, () => sandbox.run(args));
      const requests = (await requestsOf(sandbox)).slice(from).filter(({ status }) => status < 300);
      return { result, builds: requests.flatMap(buildOf).sort(), written: writtenBy(requests) };
    },
    edit: (file) => appendFile(join(directory, name, file), '# edited\n'),
  };
}

/** Before the first deployment there is no log. */
async function requestsOf(sandbox: Sandbox): Promise<readonly SimulatorRequest[]> {
  return await sandbox.requests().catch(() => []);
}

/** The repository that a request asks to build: of a quick build by its name, of a task in its text. */
function buildOf({ path, body }: SimulatorRequest): readonly string[] {
  if (!path.endsWith('/scheduleRun')) return [];
  const { imageNames = [], encodedTaskContent = '' } = body as { imageNames?: string[]; encodedTaskContent?: string };
  const text = [...imageNames, Buffer.from(encodedTaskContent, 'base64').toString('utf8')].join();
  return [/\/([a-z0-9-]+):src-[0-9a-f]+/.exec(text)?.[1] ?? `no image in ${text}`];
}

function writtenBy(requests: readonly SimulatorRequest[]): readonly string[] {
  const names = requests.flatMap(({ method, path }) => {
    const name = /\/Microsoft\.App\/(?:containerApps|jobs)\/([^/]+)$/i.exec(path)?.[1];
    return name !== undefined && ['PUT', 'PATCH'].includes(method) ? [name] : [];
  });
  return [...new Set(names)].sort();
}
