import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentState } from '../../src/domain/state.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import type { ChangeByHand } from '../helpers/cloud/changes-by-hand.ts';
import type { Command, Deployer, Ground, Outcome } from './deployment.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Who deploys, in whose time. */
export interface Company {
  readonly deployer: Deployer;
  readonly time: VirtualTime;
}

/** A cloud, a folder and a storage of its own, in which nothing has happened yet. */
export interface Stage extends Ground {
  /** One run to its end. Default: the example. */
  deploy(command?: Command): Promise<Outcome>;
  /** As it is now. */
  state(): Promise<EnvironmentState>;
  /** Somebody else changes what was deployed. */
  byHand(state: EnvironmentState, changes: readonly ChangeByHand[]): Promise<void>;
}

/** @param storage where states and runs are kept; by default in the folder of the journal */
export async function onStage<Value>(
  { deployer, time }: Company,
  work: (stage: Stage) => Promise<Value>,
  storage?: Ground['storage'],
): Promise<Value> {
  time.reset();
  const simulator = await startSimulator({ profile: 'instant' });
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-fault-'));
  const ground: Ground = { simulator, directory, ...(storage && { storage }) };
  const deploy = async (command: Command = {}): Promise<Outcome> => {
    const { ended } = await time.during(deployer.begin(ground, command));
    const outcome = await time.during(ended);
    if (!outcome) throw new Error('a run ended without a summary');
    return outcome;
  };
  const byHand: Stage['byHand'] = async ({ resources }, changes) => {
    const hand = await time.during(deployer.hand(ground, resources['resource-group']?.id ?? ''));
    for (const change of changes) await time.during(change.make(hand));
  };
  try {
    const state = (): Promise<EnvironmentState> => time.during(deployer.state(ground));
    return await work({ ...ground, deploy, state, byHand });
  } finally {
    await simulator.close();
    await rm(directory, { recursive: true, force: true });
  }
}
