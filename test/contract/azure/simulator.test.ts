import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import type { ArmReply, Azure } from '../../../src/azure/ports.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { eventually } from '../../helpers/wait.ts';

const GROUP = 'rg-clients';
const SECRETS_OFFICER = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';
const cloud = cloudEndpoints('AzureCloud');
let simulator: Simulator;
let azure: Azure;
const kept: string[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' });
  const transport = createTransport({ connectTo: simulator });
  const credential = await clientSecretCredential(simulator, cloud, transport);
  azure = connectAzure({ cloud, credential, transport, keepSecret: (secret) => kept.push(secret) });
  for (const namespace of ['Microsoft.ContainerRegistry', 'Microsoft.KeyVault', 'Microsoft.ManagedIdentity']) {
    await register(namespace);
  }
  await finish(await azure.arm.put(groupId(), '2025-04-01', { location: 'westeurope', tags: { a: 'b' } }));
});

afterAll(() => simulator.close());

const groupId = () => `/subscriptions/${simulator.subscriptionId}/resourceGroups/${GROUP}`;
const registryId = () => `${groupId()}/providers/Microsoft.ContainerRegistry/registries/crclients`;
const vaultId = () => `${groupId()}/providers/Microsoft.KeyVault/vaults/kv-clients`;

async function finish(reply: ArmReply): Promise<unknown> {
  if (reply.kind === 'done') return reply.body;
  return await eventually(async () => {
    const progress = await azure.arm.poll(reply.operation);
    return progress.kind === 'succeeded' ? progress.body : undefined;
  });
}

async function register(namespace: string): Promise<void> {
  await azure.resources.registerProvider(simulator.subscriptionId, namespace);
  await eventually(async () => {
    const state = await azure.resources.providerState(simulator.subscriptionId, namespace);
    return state === 'Registered' || undefined;
  });
}

describe('the clients at the simulator', () => {
  it('sign in over the bent transport and know who they are', async () => {
    expect(await azure.resources.principal()).toMatchObject({
      tenantId: simulator.tenantId,
      principalType: 'ServicePrincipal',
      objectId: simulator.state().deployerId,
    });
  });

  it('see the subscription and the providers, and register one', async () => {
    expect(await azure.resources.subscriptions()).toContainEqual(
      expect.objectContaining({ id: simulator.subscriptionId, state: 'Enabled' }),
    );
    await register('Microsoft.App');
    expect(await azure.resources.providerState(simulator.subscriptionId, 'Microsoft.App')).toBe('Registered');
  });

  it('list what a group holds, and know a group that does not exist', async () => {
    expect(await azure.resources.listGroup(simulator.subscriptionId, 'rg-nowhere')).toBeUndefined();
    expect(await azure.resources.listGroup(simulator.subscriptionId, GROUP)).toBeInstanceOf(Array);
  });

  it('follow a registry from its creation to a digest behind a tag', async () => {
    await finish(
      await azure.arm.put(registryId(), '2025-11-01', {
        location: 'westeurope',
        sku: { name: 'Basic' },
        properties: { adminUserEnabled: false },
      }),
    );
    const registry = azure.registry(registryId(), 'crclients.azurecr.io');
    expect(await registry.digestOf('shop/web', 't1')).toBeUndefined();

    const [first, second] = [
      await registry.uploadSource(async () => Readable.from([await archive()])),
      await registry.uploadSource(async () => Readable.from([await archive()])),
    ];
    expect(second.sourceLocation).not.toBe(first.sourceLocation);
    const scheduled = await registry.scheduleBuild({
      sourceLocation: first.sourceLocation,
      dockerfile: 'Dockerfile',
      image: 'shop/web:t1',
      timeoutInSeconds: 1800,
      ...{ builder: 'classic', isScannable: true, noCache: false },
    });
    expect(scheduled.runId).not.toBe('');

    const built = await eventually(async () => {
      const run = await registry.build(scheduled.runId);
      return ['Queued', 'Started', 'Running'].includes(run.status) ? undefined : run;
    });
    expect(built).toMatchObject({
      status: 'Succeeded',
      images: ['shop/web:t1'],
      digest: expect.stringMatching(/^sha256:/),
    });
    expect(await registry.digestOf('shop/web', 't1')).toBe(built.digest);
    expect((await registry.recentBuilds()).map(({ runId }) => runId)).toContain(scheduled.runId);
  });

  it('tail the log of a build to its end', async () => {
    const registry = azure.registry(registryId(), 'crclients.azurecr.io');
    const [run] = await registry.recentBuilds();
    const runId = run?.runId ?? '';
    let [text, offset] = ['', 0];
    await eventually(async () => {
      const part = await registry.buildLog(runId, offset);
      [text, offset] = [text + part.text, part.nextOffset];
      return part.complete || undefined;
    });
    expect(text).toContain(`Run ID: ${runId} was successful`);
    expect(Buffer.byteLength(text)).toBe(offset);
  });

  it('read, write and recover the secrets of a vault', async () => {
    await finish(
      await azure.arm.put(vaultId(), '2026-02-01', {
        location: 'westeurope',
        properties: {
          tenantId: simulator.tenantId,
          sku: { family: 'A', name: 'standard' },
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          softDeleteRetentionInDays: 90,
        },
      }),
    );
    const vault = azure.vault('https://kv-clients.vault.azure.net/');
    await expect(vault.get('db-url')).rejects.toMatchObject({ name: 'AzureError', statusCode: 403 });
    await finish(
      await azure.arm.put(
        `${vaultId()}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`,
        '2022-04-01',
        {
          properties: {
            roleDefinitionId: `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_OFFICER}`,
            principalId: simulator.state().deployerId,
            principalType: 'ServicePrincipal',
          },
        },
      ),
    );
    expect(await vault.get('db-url')).toBeUndefined();
    const written = await vault.set('db-url', 'postgres://made-up', { owner: 'test' });
    expect(written.id).toMatch(/^https:\/\/kv-clients\.vault\.azure\.net(:443)?\/secrets\/db-url\/[0-9a-f]{32}$/);
    expect(await vault.get('db-url')).toEqual({ ...written, value: 'postgres://made-up', tags: { owner: 'test' } });
    expect(kept).toContain('postgres://made-up');
    expect(await vault.recover('never-there')).toBe(false);
  });

  it('say so when an operation fails, with the reason', async () => {
    simulator.addFault({
      match: { method: 'PUT', path: '/registries/crfailing$' },
      fault: { kind: 'failOperation', code: 'SkuNotAvailable', message: 'not in this region' },
    });
    const path = `${groupId()}/providers/Microsoft.ContainerRegistry/registries/crfailing`;
    const reply = await azure.arm.put(path, '2025-11-01', { location: 'westeurope', sku: { name: 'Basic' } });
    await expect(finish(reply)).rejects.toMatchObject({ code: 'SkuNotAvailable' });
    simulator.clearFaults();
  });

  it('get over a connection that breaks after the write was taken', async () => {
    const path = `${groupId()}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-clients`;
    simulator.addFault({
      match: { method: 'PUT', path: '/id-clients$' },
      nth: 1,
      fault: { kind: 'reset', afterEffect: true },
    });
    await finish(await azure.arm.put(path, '2024-11-30', { location: 'westeurope' }));
    simulator.clearFaults();
    expect(await azure.arm.get(path, '2024-11-30')).toMatchObject({ id: path });
  });

  it('tell an app that does not answer from one that answers', async () => {
    const nowhere = 'https://nothing.example-env.westeurope.azurecontainerapps.io/health';
    const result = await azure.probe.get(nowhere);
    expect(result.kind === 'answered' ? result.status : 404).toBe(404);
  });

  it('know nothing of a revision, an execution or a log that is not there', async () => {
    const { apps } = azure;
    const subscription = simulator.subscriptionId;
    expect(await apps.revision(subscription, GROUP, 'no-app', 'no-app--1')).toBeUndefined();
    expect(await apps.execution(subscription, GROUP, 'no-job', 'no-job-1')).toBeUndefined();
    expect(await apps.executionLog(subscription, GROUP, 'no-job', 'no-job-1')).toEqual([]);
  });
});

async function archive(): Promise<Uint8Array> {
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, 'FROM node:22-alpine\nCOPY app.js /app.js\nCMD ["node", "/app.js"]\n');
  tar.entry({ name: 'app.js' }, 'console.log(1)\n');
  tar.finalize();
  return await buffer(tar.pipe(createGzip()));
}
