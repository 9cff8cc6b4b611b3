import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { zipSync } from 'fflate';
import type { JsonObject } from '../../../src/shared/json.ts';
import type { AppToHost, FunctionsHosting } from '../../../src/simulator/app-service/hosting.ts';
import { eventually } from '../wait.ts';
import { registered } from './registered.ts';
import type { Answer, SimulatedClients } from './simulated-clients.ts';
import { account, accountPath, STORAGE } from './storage.ts';

export const WEB = '2025-03-01';
export const PLAN = 'providers/Microsoft.Web/serverfarms/plan-demo';
export const SITE = 'providers/Microsoft.Web/sites/func-demo';
const IDENTITY = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app';
export const SCM = 'https://func-demo.scm.azurewebsites.net';
export const APP = 'https://func-demo.azurewebsites.net';
const BLOB_OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';
const QUEUE_CONTRIBUTOR = '974c5e8b-45b9-4653-ba55-5f855dd0fb88';
const TABLE_CONTRIBUTOR = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3';
/** What an app with orchestrations and a blob trigger needs of its storage. */
export const STORAGE_ROLES = [BLOB_OWNER, QUEUE_CONTRIBUTOR, TABLE_CONTRIBUTOR];

/** A package with a file of any content; the hosts of these tests do not look into it. */
export function packageOf(text: string, hostJson = '{"version":"2.0"}'): Uint8Array {
  return zipSync({ 'host.json': Buffer.from(hostJson), 'main.js': Buffer.from(text) });
}

const FUNCTIONS = [
  { name: 'health', bindings: [{ type: 'httpTrigger', direction: 'in', name: 'request' }] },
  { name: 'deploy', bindings: [{ type: 'orchestrationTrigger', direction: 'in', name: 'context' }] },
  { name: 'uploaded', bindings: [{ type: 'blobTrigger', direction: 'in', name: 'blob', source: 'EventGrid' }] },
];

/** Hosts that answer every request with what they were started with; `started` has all starts. */
export function echoHosting(): FunctionsHosting & { readonly started: AppToHost[]; readonly asked: IncomingMessage[] } {
  const started: AppToHost[] = [];
  const asked: IncomingMessage[] = [];
  return {
    started,
    asked,
    async start(app) {
      started.push(app);
      const server = createServer((request, response) => {
        asked.push(request);
        let body = '';
        request.on('data', (data: Buffer) => {
          body += data.toString('utf8');
        });
        request.on('end', () => {
          response.setHeader('content-type', 'application/json');
          const validation = /"validationCode":"([^"]+)"/.exec(body)?.[1];
          if (validation !== undefined) return void response.end(JSON.stringify({ validationResponse: validation }));
          response.end(JSON.stringify({ path: request.url, setting: app.environment.GREETING ?? null, body }));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      let end = (): void => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        functions: FUNCTIONS,
        ended,
        async stop() {
          server.closeAllConnections();
          await new Promise((resolve) => server.close(resolve));
          end();
        },
      };
    },
  };
}

export interface FunctionApp extends SimulatedClients {
  readonly site: JsonObject;
  readonly principalId: string;
  readonly clientId: string;
  /** Gives the app's identity a role, by its definition, on the storage or on what `on` names. */
  grant(role: string, on?: string): Promise<string>;
  publish(content: Uint8Array): Promise<JsonObject>;
  token(scope?: string): Promise<string>;
}

/** A body for the app; `changes` are of its properties. */
export function siteBody({ group }: SimulatedClients, changes: JsonObject = {}): JsonObject {
  const identity = `${group}/${IDENTITY}`;
  return {
    location: 'westeurope',
    kind: 'functionapp,linux',
    identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } },
    properties: {
      serverFarmId: `${group}/${PLAN}`,
      httpsOnly: true,
      keyVaultReferenceIdentity: identity,
      functionAppConfig: {
        deployment: {
          storage: {
            type: 'blobContainer',
            value: 'https://appstore.blob.core.windows.net/packages',
            authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity },
          },
        },
        runtime: { name: 'node', version: '22' },
        scaleAndConcurrency: { instanceMemoryMB: 2048, maximumInstanceCount: 40 },
      },
      ...changes,
    },
  };
}

/** What is around an app: providers, plan, storage without shared keys, a container, an identity. */
export async function aroundApp(options: Parameters<typeof registered>[1] = {}): Promise<SimulatedClients> {
  const clients = await registered(['Microsoft.Web', 'Microsoft.Storage', 'Microsoft.EventGrid'], options);
  const { create } = clients;
  const plan = {
    location: 'westeurope',
    sku: { name: 'FC1', tier: 'FlexConsumption' },
    properties: { reserved: true },
  };
  await create(PLAN, plan, WEB);
  await create(accountPath('appstore'), account({ properties: { allowSharedKeyAccess: false } }), STORAGE);
  await create(`${accountPath('appstore')}/blobServices/default/containers/packages`, {}, STORAGE);
  await create(IDENTITY, { location: 'westeurope' }, '2024-11-30');
  return clients;
}

/** An app without code, whose identity has these roles on its storage. */
export async function functionApp(
  hosting: FunctionsHosting,
  roles: readonly string[] = STORAGE_ROLES,
  options: Parameters<typeof registered>[1] = {},
): Promise<FunctionApp> {
  const clients = await aroundApp({ hosting, ...options });
  const { create, arm, send, credential, group, simulator } = clients;
  const { body: identity } = await arm('GET', IDENTITY, undefined, '2024-11-30');
  const { principalId = '', clientId = '' } = identity.properties as Record<string, string>;
  const site = await create(SITE, siteBody(clients), WEB);
  const settings = {
    AzureWebJobsStorage__accountName: 'appstore',
    AzureWebJobsStorage__credential: 'managedidentity',
    AzureWebJobsStorage__clientId: clientId,
    GREETING: 'hello',
  };
  const put = await arm('PUT', `${SITE}/config/appsettings`, { properties: settings }, WEB);
  if (put.status !== 200) throw new Error(put.text);
  let grants = 0;
  const app: FunctionApp = {
    ...clients,
    site,
    principalId,
    clientId,
    async grant(role, on = accountPath('appstore')) {
      grants += 1;
      const name = `44444444-4444-4444-8444-${String(grants).padStart(12, '0')}`;
      const path = `${group}/${on}/providers/Microsoft.Authorization/roleAssignments/${name}`;
      const roleDefinitionId = `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
      await create(
        path,
        { properties: { principalId, principalType: 'ServicePrincipal', roleDefinitionId } },
        '2022-04-01',
      );
      return path;
    },
    async token(scope = 'https://management.azure.com/.default') {
      return (await credential.getToken(scope)).token;
    },
    async publish(content) {
      const token = await app.token();
      const headers = { 'content-type': 'application/zip' };
      const answer = await send('POST', `${SCM}/api/publish?RemoteBuild=false`, { headers, body: content, token });
      if (answer.status !== 202) throw new Error(`${answer.status} ${answer.text}`);
      return await ended(app, JSON.parse(answer.text) as string);
    },
  };
  for (const role of roles) await app.grant(role);
  return app;
}

async function ended({ send, token }: FunctionApp, id: string): Promise<JsonObject> {
  return await eventually(async () => {
    const answer: Answer = await send('GET', `${SCM}/api/deployments/${id}`, { token: await token() });
    return answer.body.complete === true ? answer.body : undefined;
  });
}
