import { appendFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDirectory } from '../../helpers/temp.ts';
import { changeByHand } from '../commands/by-hand.ts';
import type { Command } from '../commands/command.ts';
import { type Bench, EXAMPLE, exampleOf } from './bench.ts';
import { createGate } from './gate.ts';

const GROUP_VERSION = '2025-04-01';
const STORAGE_VERSION = '2023-05-01';

/** A run, on what those before it left. */
export interface PlannedRun {
  readonly command: Command;
  /** What somebody else does before it. */
  prepare?(bench: Bench): Promise<void>;
}

/** Everything that a run can be: each has activities that do what those of the others do not. */
export async function everyKindOfRun(): Promise<readonly PlannedRun[]> {
  const first = (await exampleOf('one')).config;
  const second = (await exampleOf('two')).config;
  const slow = { strategy: 'canary', steps: [20, 100], bake_time: 20 };
  const third = (await exampleOf('three', { release: slow })).config;
  return [
    { command: { name: 'a first deployment', work: 'deploy', config: first } },
    {
      command: {
        name: 'a release with a migration',
        work: 'deploy',
        config: second,
        source: await anotherMigration(),
      },
    },
    { command: { name: 'a canary', work: 'deploy', config: third, source: await anotherMigration() } },
    {
      prepare: async (bench) => await changeByHand(bench, third),
      command: { name: 'drift --fix', work: 'repair', config: third },
    },
    { command: { name: 'a rollback', work: 'rollback', config: third } },
    {
      prepare: async (bench) => await makeContainer(bench),
      command: {
        name: 'a deletion after a dump',
        work: 'destroy',
        config: third,
        dumpTo: 'dumpsaccount/dumps',
      },
    },
  ];
}

/** The example's sources with a change in a service that is built and has a migration. */
async function anotherMigration(): Promise<string> {
  const folder = join(await tempDirectory(), 'sources');
  await cp(EXAMPLE, folder, { recursive: true });
  await appendFile(join(folder, 'services/draft-service/app/main.py'), `\n# ${folder}\n`);
  return folder;
}

/** Where dumps go: of somebody else, in a group of its own. */
async function makeContainer(bench: Bench): Promise<void> {
  const { config } = await exampleOf('one');
  const { arm } = await (await bench.services(createGate(0))).azure(config);
  const subscription = `/subscriptions/${bench.cloud().subscriptionId}`;
  const group = `${subscription}/resourceGroups/backups`;
  const account = `${group}/providers/Microsoft.Storage/storageAccounts/dumpsaccount`;
  await arm.post(`${subscription}/providers/Microsoft.Storage/register`, GROUP_VERSION);
  await arm.put(group, GROUP_VERSION, { location: 'eastus' });
  await arm.put(account, STORAGE_VERSION, { location: 'eastus', kind: 'StorageV2', sku: { name: 'Standard_LRS' } });
  await arm.put(`${account}/blobServices/default/containers/dumps`, STORAGE_VERSION, { properties: {} });
}
