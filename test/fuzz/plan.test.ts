import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { cloudEndpoints } from '../../src/azure/clouds.ts';
import { connectAzure } from '../../src/azure/connect.ts';
import { clientSecretCredential } from '../../src/azure/credentials.ts';
import type { Arm } from '../../src/azure/ports.ts';
import { parseConfig } from '../../src/domain/config/parse.ts';
import { refusalsOf } from '../../src/domain/plan-refusals.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { type Application, createDeployer } from '../faults/deployment.ts';
import { installVirtualTime } from '../faults/virtual-time.ts';
import { handOf } from '../helpers/cloud/changes-by-hand.ts';
import { liveBodies } from '../helpers/plan/live-bodies.ts';
import { unplanned } from '../helpers/plan/plan-and-writes.ts';
import { APPLICATION, type Document, EDITS, type Edit } from './edits.ts';
import { HANDS, type HandChange } from './hands.ts';
import { feed } from './run.ts';

/** Two configurations, and what somebody does on Azure between their deployments. */
interface Pair {
  readonly first: readonly Edit[];
  readonly byHand: readonly HandChange[];
  readonly second: readonly Edit[];
}

const deployer = await createDeployer();
const source = await sources();
await warmUp();
const time = installVirtualTime(() => deployer.underWay() > 0);
afterAll(() => rm(source, { recursive: true }));

/** What is loaded with the first deployment comes through the test's own runner, and its time must not stand still. */
async function warmUp(): Promise<void> {
  const simulator = await startSimulator({ profile: 'instant' });
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-pair-'));
  try {
    expect(await surprises(simulator, directory, applicationOf([]))).toEqual([]);
  } finally {
    await simulator.close();
    await rm(directory, { recursive: true });
  }
}

async function sources(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-pair-'));
  await writeFile(
    join(directory, 'Dockerfile'),
    'FROM node:24-alpine\nCOPY server.js migrate.sh ./\nEXPOSE 8080\nCMD ["node", "server.js"]\n',
  );
  await writeFile(join(directory, 'server.js'), '');
  await writeFile(join(directory, 'migrate.sh'), '#!/bin/sh\n');
  return directory;
}

function applicationOf(edits: readonly Edit[]): Application {
  const document = edits.reduce<Document>((edited, edit) => edit.apply(edited), APPLICATION);
  const result = parseConfig(stringify(document));
  if (!result.ok) throw new Error(`the generator made an invalid configuration: ${JSON.stringify(result.problems)}`);
  return { parsed: result.parsed, source };
}

async function armOf(simulator: Simulator): Promise<Arm> {
  const cloud = cloudEndpoints('AzureCloud');
  // A request that nobody counts would be given up at once, since the time jumps.
  const transport = deployer.transportTo(simulator);
  const credential = await clientSecretCredential(simulator, cloud, transport);
  return connectAzure({ cloud, credential, transport }).arm;
}

/** Deploys, and says where something else happened than the plan said. */
async function surprises(
  simulator: Simulator,
  directory: string,
  application: Application,
): Promise<readonly string[]> {
  let ids: readonly string[] = [];
  simulator.change(({ resources }) => {
    ids = Object.keys(resources);
  });
  const before = await liveBodies(await armOf(simulator), ids);
  const from = simulator.requests().length;
  const { plan, summary } = await deployer.deploy(simulator, directory, application);
  if (!plan) return [`no plan: ${JSON.stringify(summary.error)}`];
  const requests = simulator.requests().slice(from);
  if (refusalsOf(plan).length > 0) return unplanned({ ...plan, resources: [] }, before, requests);
  const unsuccessful = summary.status === 'succeeded' ? [] : [`${summary.status}: ${JSON.stringify(summary.error)}`];
  return [...unsuccessful, ...unplanned(plan, before, requests)];
}

async function tryPair({ first, byHand, second }: Pair): Promise<void> {
  time.reset();
  const simulator = await startSimulator({ profile: 'instant' });
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-pair-'));
  const work = async (): Promise<void> => {
    expect(await surprises(simulator, directory, applicationOf(first)), 'the first deployment').toEqual([]);
    const hand = handOf(await armOf(simulator), `/subscriptions/${simulator.subscriptionId}/resourceGroups/pair-rg`);
    for (const { make } of byHand) await make(hand);
    const edited = applicationOf([...first, ...second]);
    expect(await surprises(simulator, directory, edited), 'the second deployment').toEqual([]);
  };
  try {
    await time.during(work());
  } finally {
    await simulator.close();
    await rm(directory, { recursive: true, force: true });
  }
}

const titled = <One extends { readonly title: string }>(all: readonly One[], maxLength: number) =>
  fc.uniqueArray(fc.constantFrom(...all), { maxLength, selector: ({ title }) => title });

const pairs: fc.Arbitrary<Pair> = fc
  .record({ first: titled(EDITS, 2), byHand: titled(HANDS, 2), second: titled(EDITS, 4) })
  .map((pair) => fc.cloneIfNeeded({ ...pair, [fc.toStringMethod]: () => JSON.stringify(pair) }));

it('a deployment does what its plan says, whatever was deployed before and changed by hand', async () => {
  await feed('pairs of configurations', { sample: 12, full: 500 }, pairs, tryPair);
});
