import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { processHosting } from '../../../../src/simulator/app-service/host-process.ts';
import { APP, functionApp, SITE, WEB } from '../../../helpers/cloud/function-app.ts';
import { accountPath } from '../../../helpers/cloud/storage.ts';
import { tempDirectory } from '../../../helpers/temp.ts';
import { eventually } from '../../../helpers/wait.ts';

const SMALL = `
azure: {resource_group: hello, location: westeurope}
key_vault: {name: hello-kv}
services: {hello: {image: "nginx:1.27", port: 80, ingress: external}}
`;

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

it('the package of the product runs where it was published, and deploys what is uploaded', async () => {
  const file = join(await tempDirectory(), 'app.zip');
  await promisify(execFile)(process.execPath, ['scripts/package.ts', file], { cwd: ROOT });
  const app = await functionApp(processHosting([process.execPath, join(ROOT, 'src/cli/hosted/functions-host.ts')]));
  const settings = `${SITE}/config/appsettings`;
  const { body } = await app.arm('POST', `${settings}/list`, undefined, WEB);
  const properties = {
    ...(body.properties as Record<string, string>),
    AZURE_CLIENT_ID: app.clientId,
    DEPLOYMENT_STORAGE__blobServiceUri: 'https://appstore.blob.core.windows.net',
    DEPLOYMENT_STORAGE__credential: 'managedidentity',
    DEPLOYMENT_STORAGE__clientId: app.clientId,
    DRAFTGENIE_BLOB_SOURCE: 'EventGrid',
  };
  await app.arm('PUT', settings, { properties }, WEB);
  const deployed = await app.publish(await readFile(file));
  expect([
    deployed,
    app.simulator.state().resources[`${app.group}/${SITE}`.toLowerCase()]?.extra.hostProblem,
  ]).toMatchObject([{ status: 4 }, null]);
  const keys = await app.arm('POST', `${SITE}/host/default/listKeys`, undefined, WEB);
  const key = String(jsonAt(keys.body, 'functionKeys.default'));
  expect((await app.send('GET', `${APP}/api/environments`)).status).toBe(401);
  const health = await app.send('GET', `${APP}/api/health`, { headers: { 'x-functions-key': key } });
  expect([health.status, health.text]).toEqual([200, expect.stringContaining('version')]);
  const environments = await app.send('GET', `${APP}/api/environments`, { headers: { 'x-functions-key': key } });
  expect([environments.status, environments.body]).toEqual([200, expect.objectContaining({})]);
  // Nothing is there yet, and it may look.
  const answers = app.simulator
    .requests()
    .flatMap(({ host, status }) => (host.startsWith('appstore.blob.') ? [status] : []));
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.filter((status) => status !== 200 && status !== 404)).toEqual([]);

  const stranger = await app.send(
    'POST',
    `${APP}/runtime/webhooks/blobs?functionName=Host.Functions.config_uploaded&code=${key}`,
  );
  expect(stranger.status).toBe(403);

  // What is uploaded is deployed: Event Grid tells the app, which deploys with its identity.
  const { simulator, group } = app;
  for (const [number, role] of [
    'b24988ac-6180-42a0-ab88-20f7382dd24c',
    'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  ].entries()) {
    const name = `66666666-6666-4666-8666-${String(number).padStart(12, '0')}`;
    const scope = `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.Authorization`;
    const roleDefinitionId = `${scope}/roleDefinitions/${role}`;
    const granted = { principalId: app.principalId, principalType: 'ServicePrincipal', roleDefinitionId };
    await app.create(`${scope}/roleAssignments/${name}`, { properties: granted }, '2022-04-01');
  }
  simulator.behave({
    deployerRoles: { [`/subscriptions/${simulator.subscriptionId}`]: ['Owner', 'Storage Blob Data Owner'] },
  });
  const topic = 'providers/Microsoft.EventGrid/systemTopics/uploads';
  const source = `${group}/${accountPath('appstore')}`;
  const told = { source, topicType: 'Microsoft.Storage.StorageAccounts' };
  await app.create(topic, { location: 'westeurope', properties: told }, '2025-02-15');
  const code = encodeURIComponent(String(jsonAt(keys.body, 'systemKeys.blobs_extension')));
  const endpointUrl = `${APP}/runtime/webhooks/blobs?functionName=Host.Functions.config_uploaded&code=${code}`;
  const subscription = {
    destination: { endpointType: 'WebHook', properties: { endpointUrl } },
    filter: { subjectBeginsWith: '/blobServices/default/containers/deployment-configs/' },
  };
  const path = `${topic}/eventSubscriptions/configs`;
  await app.arm('PUT', path, { properties: subscription }, '2025-02-15');
  const state = await eventually(async () => {
    const { body: seen } = await app.arm('GET', path, undefined, '2025-02-15');
    const current = jsonAt(seen, 'properties.provisioningState');
    return current === 'Creating' ? undefined : current;
  });
  expect(state).toBe('Succeeded');
  const token = await app.token('https://storage.azure.com/.default');
  const uploads = 'https://appstore.blob.core.windows.net/deployment-configs';
  await app.send('PUT', `${uploads}?restype=container`, { token });
  const uploaded = await app.send('PUT', `${uploads}/hello.yaml`, {
    token,
    headers: { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'text/yaml' },
    body: Buffer.from(SMALL),
  });
  expect(uploaded.status).toBe(201);
  const run = await eventually(async () => {
    const list = await app.send('GET', `${APP}/api/environments/hello/deployments`, {
      headers: { 'x-functions-key': key },
    });
    const [newest] = (list.body.runs ?? []) as JsonObject[];
    const status = String(newest?.status ?? '');
    return ['succeeded', 'failed', 'cancelled'].includes(status) ? newest : undefined;
  });
  expect(run).toMatchObject({ status: 'succeeded' });
  expect(Object.keys(simulator.state().resources)).toContainEqual(expect.stringMatching(/containerapps\/hello$/));

  // One that waits for its approval is under way; from another backend nobody sees it, and it is there again after.
  const list = `${SITE}/hostruntime/runtime/webhooks/durabletask/instances`;
  const underWay = async (): Promise<readonly JsonObject[]> => {
    const answer = await app.arm('GET', list, undefined, `${WEB}&runtimeStatus=Running,Pending`);
    return JSON.parse(answer.text) as JsonObject[];
  };
  // A run tells its end before its orchestration has come to its own.
  expect(await eventually(async () => ((await underWay()).length === 0 ? 'none' : undefined))).toBe('none');
  await app.send('PUT', `${uploads}/patient.yaml`, {
    token,
    headers: { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'text/yaml' },
    body: Buffer.from(`${SMALL.replaceAll('hello', 'patient')}deployment: {auto_approve: false}\n`),
  });
  const waiting = await eventually(async () => {
    const found = await underWay();
    // It is pending until the app takes it up.
    return found.some(({ runtimeStatus }) => runtimeStatus === 'Running') ? found : undefined;
  });
  expect(waiting).toMatchObject([{ name: 'deploy' }]);
  const scheduler = 'providers/Microsoft.DurableTask/schedulers/dts-demo';
  await app.arm('POST', `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.DurableTask/register`);
  const wanted = { ipAllowlist: ['0.0.0.0/0'], sku: { name: 'Consumption' } };
  const made = await app.create(scheduler, { location: 'westeurope', properties: wanted }, '2026-02-01');
  await app.create(`${scheduler}/taskHubs/DraftGenieDeploy`, { properties: {} }, '2026-02-01');
  await app.grant('0ad04412-c4d5-4796-b79c-f76d14c8d402', scheduler);
  const endpoint = String(jsonAt(made, 'properties.endpoint'));
  const connection = `Endpoint=${endpoint};Authentication=ManagedIdentity;ClientID=${app.clientId}`;
  const withScheduler = { ...properties, DURABLE_TASK_SCHEDULER_CONNECTION_STRING: connection };
  await app.arm('PUT', settings, { properties: withScheduler }, WEB);
  const own = await readFile(file);
  expect(await app.publish(otherBackend(own))).toMatchObject({ status: 4 });
  expect(await underWay()).toEqual([]);
  expect(await app.publish(own)).toMatchObject({ status: 4 });
  expect((await underWay()).map(({ instanceId }) => instanceId)).toEqual(waiting.map(({ instanceId }) => instanceId));
}, 240_000);

function otherBackend(archive: Uint8Array): Uint8Array {
  const files = unzipSync(archive);
  const hostJson = JSON.parse(strFromU8(files['host.json'] ?? new Uint8Array())) as {
    extensions: { durableTask: object };
  };
  const durableTask = { ...hostJson.extensions.durableTask, storageProvider: { type: 'azureManaged' } };
  return zipSync({ ...files, 'host.json': strToU8(JSON.stringify({ ...hostJson, extensions: { durableTask } })) });
}
