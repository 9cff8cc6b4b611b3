import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyRecord } from '../src/runtime/durable/apply-record.ts';
import { InstanceTable } from '../src/runtime/durable/instance-table.ts';
import { openJournal } from '../src/runtime/durable/journal.ts';

/**
 * Records the histories of one deployment of the example as fixtures: orchestrators of a later release must still replay
 * them. Run it once for each new `defaultVersion` of host.json; recorded versions stay as they are.
 */
const root = fileURLToPath(new URL('../', import.meta.url));
const directory = await mkdtemp(join(tmpdir(), 'draftgenie-histories-'));
const args = [
  '--config',
  `${root}examples/draftgenie/config.yaml`,
  '--simulate',
  '--simulator-profile',
  'instant',
  '--auto-approve',
];
const run = spawnSync(process.execPath, [`${root}src/cli/bin.ts`, ...args], { cwd: directory, stdio: 'inherit' });
if (run.status !== 0) throw new Error(`the deployment ended with exit code ${run.status}`);

const { journal, records } = await openJournal(join(directory, '.draftgenie-deploy/default'));
const instances = new InstanceTable();
for (const record of records) applyRecord(instances, record);
await journal.close();

const host = JSON.parse(await readFile(`${root}host.json`, 'utf8')) as {
  extensions: { durableTask: { defaultVersion: string } };
};
const target = `${root}test/fixtures/histories/${host.extensions.durableTask.defaultVersion}`;
await mkdir(target, { recursive: true });
const recorded = [...instances.values()].map(({ name, instanceId, input, output, status, history }) => ({
  name,
  instanceId,
  input,
  output,
  status,
  history,
}));
await writeFile(`${target}/deployment.json`, `${JSON.stringify(recorded)}\n`);
await rm(directory, { recursive: true, force: true });
