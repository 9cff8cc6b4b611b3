import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { JsonObject } from '../../src/shared/json.ts';
import type { SimulatedClients } from './cloud/simulated-clients.ts';

const ACR_PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d';
export const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6';
export const SECRETS_OFFICER = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';

/** The ids of what an app needs around it, in the test's group. */
export interface Surroundings {
  readonly identity: string;
  readonly registry: string;
  readonly vault: string;
  readonly environment: string;
  readonly domain: string;
}

/** Identity, registry, vault and environment, with the grants that a deployment makes. */
export async function createSurroundings(clients: SimulatedClients): Promise<Surroundings> {
  const { group, simulator } = clients;
  const location = 'westeurope';
  const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo`;
  const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/crdemo`;
  const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-demo`;
  const environment = `${group}/providers/Microsoft.App/managedEnvironments/cae-demo`;
  const { properties } = await clients.create(identity, { location }, '2024-11-30');
  const { principalId } = properties as { principalId: string };
  await clients.create(
    registry,
    { location, sku: { name: 'Basic' }, properties: { adminUserEnabled: false } },
    '2025-11-01',
  );
  await clients.create(
    vault,
    {
      location,
      properties: {
        tenantId: simulator.tenantId,
        sku: { family: 'A', name: 'standard' },
        enableRbacAuthorization: true,
        enablePurgeProtection: true,
        softDeleteRetentionInDays: 7,
      },
    },
    '2026-02-01',
  );
  const workloadProfiles = [{ name: 'Consumption', workloadProfileType: 'Consumption' }];
  const made = await clients.create(environment, { location, properties: { workloadProfiles } }, '2026-01-01');
  await grant(clients, registry, ACR_PULL, principalId, 1);
  await grant(clients, vault, SECRETS_USER, principalId, 2);
  const { defaultDomain } = made.properties as { defaultDomain: string };
  return { identity, registry, vault, environment, domain: defaultDomain };
}

export async function grant(
  { create, simulator }: SimulatedClients,
  scope: string,
  role: string,
  principalId: string,
  number: number,
): Promise<void> {
  const roleDefinitionId = `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  const name = `33333333-3333-5333-8333-${String(number).padStart(12, '0')}`;
  await create(
    `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    { properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' } },
    '2022-04-01',
  );
}

export async function tarball(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

/** Uploads a source and schedules its build; the answer of the run by now. */
export async function buildImage(
  clients: SimulatedClients,
  registry: string,
  image: string,
  files: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const { arm, send } = clients;
  const version = '2019-06-01-preview';
  const upload = await arm('POST', `${registry}/listBuildSourceUploadUrl`, undefined, version);
  const { uploadUrl, relativePath } = upload.body as { uploadUrl: string; relativePath: string };
  await send('PUT', uploadUrl, { headers: { 'x-ms-blob-type': 'BlockBlob' }, body: await tarball(files) });
  const scheduled = await arm(
    'POST',
    `${registry}/scheduleRun`,
    {
      type: 'DockerBuildRequest',
      sourceLocation: relativePath,
      dockerFilePath: 'Dockerfile',
      imageNames: [`crdemo.azurecr.io/${image}`],
      isPushEnabled: true,
      platform: { os: 'Linux', architecture: 'amd64' },
    },
    version,
  );
  if (scheduled.status !== 200) throw new Error(`scheduleRun: ${scheduled.status} ${scheduled.text}`);
  return (await arm('GET', `${registry}/runs/${String(scheduled.body.name)}`, undefined, version)).body;
}

/** The body of an http app on port 8080 that pulls with its own identity: test/fixtures/azure/bodies.json has a whole one. */
export function appBody({ identity, environment }: Surroundings, changes: JsonObject = {}): JsonObject {
  const { template, configuration, ...properties } = changes;
  return {
    location: 'westeurope',
    identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } },
    properties: {
      environmentId: environment,
      configuration: {
        activeRevisionsMode: 'Single',
        ingress: { external: true, targetPort: 8080, transport: 'http' },
        registries: [{ server: 'crdemo.azurecr.io', identity }],
        ...(configuration as JsonObject),
      },
      template: {
        containers: [
          {
            name: 'app',
            image: 'crdemo.azurecr.io/app:v1',
            resources: { cpu: 0.5, memory: '1Gi' },
            probes: [{ type: 'Readiness', httpGet: { path: '/health', port: 8080 } }],
          },
        ],
        scale: { minReplicas: 1, maxReplicas: 3 },
        ...(template as JsonObject),
      },
      ...properties,
    },
  };
}

/** A container of `appBody` with another image. */
export function container(image: string, changes: JsonObject = {}): JsonObject {
  return {
    name: 'app',
    image,
    resources: { cpu: 0.5, memory: '1Gi' },
    probes: [{ type: 'Readiness', httpGet: { path: '/health', port: 8080 } }],
    ...changes,
  };
}
