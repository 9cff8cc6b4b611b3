import type { Arm, ArmReply } from '../../../src/azure/ports.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import type { Sandbox } from '../cli.ts';

/** Where the simulator of a sandbox keeps its cloud. */
const CLOUD = '.draftgenie-deploy/simulator/cloud.json';
const VERSION = '2025-04-01';

/** What `export FOLDER --format arm` wrote, with what a person gives and the simulated deployer is. */
export interface ExportedTemplate {
  readonly template: JsonObject;
  readonly parameters: JsonObject;
}

export async function exportedTemplate(sandbox: Sandbox, folder: string, given: JsonObject): Promise<ExportedTemplate> {
  const read = async (file: string): Promise<JsonObject> =>
    JSON.parse(await sandbox.read(`${folder}/${file}`)) as JsonObject;
  const { parameters } = await read('azuredeploy.parameters.json');
  const own = Object.entries({ ...given, deployerPrincipalType: 'ServicePrincipal' });
  return {
    template: await read('azuredeploy.json'),
    parameters: { ...(parameters as JsonObject), ...Object.fromEntries(own.map(([name, value]) => [name, { value }])) },
  };
}

/** `az deployment sub create`, as the exported README has it. */
export async function deployTemplate(arm: Arm, subscription: string, exported: ExportedTemplate): Promise<void> {
  const path = `/subscriptions/${subscription}/providers/Microsoft.Resources/deployments/environment`;
  const body = { location: 'eastus', properties: { mode: 'Incremental', ...exported } as unknown as JsonObject };
  await finish(arm, await arm.put(path, VERSION, body));
}

async function finish(arm: Arm, reply: ArmReply): Promise<JsonObject> {
  if (reply.kind === 'done') return reply.body as JsonObject;
  for (let look = 0; look < 500; look += 1) {
    const progress = await arm.poll(reply.operation);
    if (progress.kind === 'succeeded') return progress.body as JsonObject;
  }
  throw new Error('the operation did not end');
}

/** Nothing is there any more but images and secrets, as somebody brings them to a subscription that is empty. */
export async function empty(sandbox: Sandbox): Promise<void> {
  const cloud = JSON.parse(await sandbox.read(CLOUD)) as CloudState;
  const rest = { ...cloud, resources: {}, operations: {}, ghosts: {}, orphans: {}, deploymentRuns: {} };
  await sandbox.write(CLOUD, JSON.stringify(rest));
}

/** A new cache has a key of its own, which a person writes into the secret that has the old one. */
export async function bringKey(sandbox: Sandbox, before: string, now: string): Promise<void> {
  const cloud = JSON.parse(await sandbox.read(CLOUD)) as CloudState;
  const secrets: unknown = JSON.parse(JSON.stringify(cloud.secrets).replaceAll(inUrl(before), inUrl(now)));
  await sandbox.write(CLOUD, JSON.stringify({ ...cloud, secrets }));
}

function inUrl(key: string): string {
  return encodeURIComponent(key);
}

export async function cacheKey(arm: Arm, subscription: string, name: string): Promise<string> {
  const cache = `/subscriptions/${subscription}/resourceGroups/${name.replace(/-redis$/, '-rg')}/providers/Microsoft.Cache/redisEnterprise/${name}`;
  const keys = await finish(arm, await arm.post(`${cache}/databases/default/listKeys`, '2025-07-01'));
  return String(keys.primaryKey);
}

export async function subscriptionOf(sandbox: Sandbox): Promise<string> {
  return (JSON.parse(await sandbox.read(CLOUD)) as CloudState).subscriptionId;
}
