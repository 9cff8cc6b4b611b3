import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import type { Drift } from '../../../src/domain/drift.ts';
import { driftText } from '../../../src/domain/drift-check/drift-text.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import { type CliResult, copyExample, createSandbox, type Sandbox } from '../cli.ts';
import { handOf } from '../cloud/changes-by-hand.ts';
import type { HandChange, VaultChange } from './hand-change.ts';

const HOME = '.draftgenie-deploy';
const CLOUD = `${HOME}/simulator/cloud.json`;
const STATE = '.azure-deployment-state-v1.json';
const CONFIG = 'app/config.yaml';
export const SIMULATE = ['--config', CONFIG, '--simulate', '--simulator-profile', 'instant'];

/** The example, deployed once, and set back to that moment as often as one likes. */
export interface DeployedByUs {
  readonly sandbox: Sandbox;
  /** The cloud, the state, the runs and the configuration of right after the deployment. */
  reset(): Promise<void>;
  /** Somebody does all of these, one after the other. */
  byHand(changes: readonly (HandChange | VaultChange)[]): Promise<void>;
  editConfig(change: (text: string) => string): Promise<void>;
  /** What drift says, one line each. */
  drift(): Promise<{ readonly result: CliResult; readonly told: readonly string[] }>;
  cloud(): Promise<CloudState>;
}

/** On a server that can be zone-redundant, and whose storage can grow. */
export async function deployedByUs(directory: string): Promise<DeployedByUs> {
  await copyExample(directory);
  const sandbox = await createSandbox(directory);
  const config = (await sandbox.read(CONFIG))
    .replace('sku: "Standard_B1ms"', 'sku: "Standard_D2s_v3"')
    .replace('tier: "Burstable"', 'tier: "GeneralPurpose"')
    .replace('storage_size: 32', 'storage_size: 64');
  await sandbox.write(CONFIG, config);
  const deployed = await sandbox.deploy();
  if (deployed.exitCode !== 0) throw new Error(deployed.stderr + deployed.stdout.slice(-2000));
  const then = join(directory, 'then');
  await cp(join(directory, HOME), then, { recursive: true });
  const stateThen = await sandbox.read(STATE);
  const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
  return {
    sandbox,
    async reset() {
      await rm(join(directory, HOME), { recursive: true });
      await cp(then, join(directory, HOME), { recursive: true });
      await sandbox.write(STATE, stateThen);
      await sandbox.write(CONFIG, config);
    },
    async byHand(changes) {
      const simulator = await startSimulator({ profile: 'instant', stateFile: join(directory, CLOUD) });
      try {
        const endpoints = cloudEndpoints('AzureCloud');
        const transport = createTransport({ connectTo: simulator });
        const credential = await clientSecretCredential(simulator, endpoints, transport);
        const hand = handOf(connectAzure({ cloud: endpoints, credential, transport }).arm, group);
        for (const change of changes) {
          if ('edit' in change) simulator.change((cloud) => change.edit(cloud));
          else await change.request(hand);
        }
      } finally {
        await simulator.close();
      }
    },
    async editConfig(change) {
      const path = join(directory, CONFIG);
      await writeFile(path, change(await readFile(path, 'utf8')));
    },
    async drift() {
      const result = await sandbox.run(['drift', ...SIMULATE, '--output', 'json']);
      const drift = (result.events[0] as unknown as { drift?: readonly Drift[] } | undefined)?.drift ?? [];
      return { result, told: drift.map(driftText) };
    },
    cloud: async () => JSON.parse(await sandbox.read(CLOUD)) as CloudState,
  };
}
