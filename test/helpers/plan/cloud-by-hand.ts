import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import type { Arm } from '../../../src/azure/ports.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import type { FunctionsHosting } from '../../../src/simulator/app-service/hosting.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { type Authority, createAuthority } from '../../../src/simulator/tls/authority.ts';
import type { Sandbox } from '../cli.ts';
import { routesTo } from '../in-process/connections.ts';
import { tempFolder } from '../temp.ts';
import { liveBodies } from './live-bodies.ts';

/**
 * Looks at the sandbox's cloud between two commands, or changes it, as somebody with the portal would.
 * @param hosting of function apps, whose hosts tell no keys while they do not run
 */
export async function byHand<Result>(
  sandbox: Sandbox,
  act: (arm: Arm) => Promise<Result>,
  hosting?: FunctionsHosting,
): Promise<Result> {
  return await onCloud(join(sandbox.directory, '.draftgenie-deploy/simulator/cloud.json'), act, hosting);
}

/** The same of the cloud of an app that is served from a directory, while it is not. */
export async function changeServedCloud(directory: string, act: (arm: Arm) => Promise<unknown>): Promise<void> {
  await onCloud(join(directory, '.draftgenie-deploy/serve/simulator/cloud.json'), act);
}

/** Looked at before and after every deployment, a cloud has to cost little: one authority for all, and no TLS. */
let authority: Promise<Authority> | undefined;

async function onCloud<Result>(
  stateFile: string,
  act: (arm: Arm) => Promise<Result>,
  hosting?: FunctionsHosting,
): Promise<Result> {
  authority ??= createAuthority();
  const simulator = await startSimulator({ profile: 'instant', stateFile, authority, ...(hosting && { hosting }) });
  try {
    const cloud = cloudEndpoints('AzureCloud');
    const transport = createTransport({ routes: routesTo(simulator) });
    const credential = await clientSecretCredential(simulator, cloud, transport);
    return await act(connectAzure({ cloud, credential, transport }).arm);
  } finally {
    await simulator.close();
  }
}

/** What Azure answers of everything that there is of kinds that deployments make, by lower-case id. */
export async function everythingLive(sandbox: Sandbox): Promise<Readonly<Record<string, JsonObject>>> {
  const text = await sandbox.read('.draftgenie-deploy/simulator/cloud.json').catch(() => undefined);
  if (text === undefined) return {};
  const { resources } = JSON.parse(text) as { resources: Record<string, unknown> };
  const versions = await versionsOf(sandbox);
  return await byHand(sandbox, (arm) => liveBodies(arm, Object.keys(resources), versions));
}

/** Of resources of any type, as the state of the sandbox has them. */
async function versionsOf(sandbox: Sandbox): Promise<Readonly<Record<string, string>>> {
  const { resources } = await sandbox.state().catch(() => ({ resources: {} }) as Awaited<ReturnType<Sandbox['state']>>);
  return Object.fromEntries(
    Object.values(resources).flatMap(({ id, generic }) => (generic ? [[id.toLowerCase(), generic.api_version]] : [])),
  );
}

/** What Azure answers of these, in a cloud as its file has it. */
export async function bodiesIn(cloud: string, ids: readonly string[]): Promise<Readonly<Record<string, JsonObject>>> {
  const { path, remove } = await tempFolder();
  try {
    const file = join(path, 'cloud.json');
    await writeFile(file, cloud);
    return await onCloud(file, (arm) => liveBodies(arm, ids));
  } finally {
    await remove();
  }
}
