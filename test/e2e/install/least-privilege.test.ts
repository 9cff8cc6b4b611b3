import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GRANTED_ROLES } from '../../../src/resources/role-assignment.ts';
import { isJsonObject, type JsonObject, jsonAt, scalarText } from '../../../src/shared/json.ts';
import type { AppToHost, FunctionsHosting } from '../../../src/simulator/app-service/hosting.ts';
import { BUILT_IN_ROLES } from '../../../src/simulator/built-in-roles.ts';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { idsOf, installed } from '../../helpers/install/installed.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { eventually, until } from '../../helpers/wait.ts';

const SECURITY = readFileSync(new URL('../../../SECURITY.md', import.meta.url), 'utf8');
const ROLES = '2022-04-01';
const ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';
const ENTRA = 'https://login.microsoftonline.com';
const MANAGEMENT = 'https://management.azure.com';

/** Who has a role, which one, where, and what Azure says where it is missing. */
type Row = readonly [who: string, role: string, where: string, without: string];

/** The table of SECURITY.md, without its code marks. */
const TABLE: readonly Row[] = [
  ...(/^## Roles of an installation$([\s\S]*?)^## /m.exec(SECURITY)?.[1] ?? '').matchAll(
    /^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$/gm,
  ),
]
  .map(([, ...cells]) => cells.map((cell) => cell.replaceAll('`', '')) as unknown as Row)
  .filter(([who]) => who !== 'Who' && !who.startsWith('-'));

/** Starts nothing: what an app needs of its surroundings follows from its functions, which are those of the real host. */
function hostingOf(functions: Awaited<ReturnType<FunctionsHosting['start']>>['functions']) {
  const started: AppToHost[] = [];
  const hosting: FunctionsHosting = {
    async start(app) {
      started.push(app);
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      return { url: 'http://127.0.0.1:9', functions, ended, stop: async () => resolve() };
    },
  };
  return { hosting, started };
}

interface Cloud extends SimulatedClients {
  readonly ids: Readonly<Record<string, string>>;
  readonly started: readonly AppToHost[];
}

/** The cloud of an installation, with the app in it. */
async function cloudOfInstallation(): Promise<Cloud> {
  const sandbox = await installed();
  const ids = await idsOf(sandbox);
  const folder = await tempDirectory();
  await cp(join(sandbox.directory, '.draftgenie-deploy/simulator'), folder, { recursive: true });
  const stateFile = join(folder, 'cloud.json');
  const { resources } = JSON.parse(readFileSync(stateFile, 'utf8')) as {
    readonly resources: Readonly<Record<string, { readonly id: string; readonly extra: JsonObject }>>;
  };
  const site = Object.values(resources).find(({ id }) => id === ids['resource:app']);
  const { hosting, started } = hostingOf(site?.extra.functions as never);
  const clients = await simulatedClients({ stateFile, hosting });
  await until(() => started.length > 0);
  return { ...clients, ids, started };
}

interface Assignment {
  readonly id: string;
  readonly row: readonly [who: string, role: string, where: string];
  readonly properties: JsonObject;
}

function assignmentsOf({ simulator, ids }: Cloud): readonly Assignment[] {
  const { resources, deployerId } = simulator.state();
  const principal = (key: string): string =>
    scalarText(jsonAt(resources[ids[key]?.toLowerCase() ?? '']?.body ?? {}, 'properties.principalId'));
  const people: Readonly<Record<string, string>> = {
    [principal('identity')]: 'the app',
    [principal('resource:pipeline')]: 'workflows of --github',
    [deployerId]: 'whoever installs',
  };
  return Object.values(resources)
    .filter(({ type }) => type === ASSIGNMENT)
    .map(({ id, body }) => {
      const properties = isJsonObject(body.properties) ? body.properties : {};
      const guid = scalarText(properties.roleDefinitionId).split('/').at(-1);
      const role = BUILT_IN_ROLES.find((one) => one.guid === guid)?.name ?? `unknown role ${guid}`;
      const limited = typeof properties.condition === 'string' ? `${role}, under a condition` : role;
      const who = people[scalarText(properties.principalId)] ?? `unknown ${scalarText(properties.principalId)}`;
      return { id, row: [who, limited, placeOf(id)] as const, properties };
    });
}

/** Of the installation, without what is the name of this one. */
function placeOf(id: string): string {
  const [scope = ''] = id.split(`/providers/${ASSIGNMENT}/`);
  const below = scope.replace(/^\/subscriptions\/[^/]+/i, '');
  if (below === '') return 'where it deploys';
  const [, type, rest = ''] = /\/providers\/([^/]+\/[^/]+)\/[^/]+(\/.*)?$/.exec(below) ?? [];
  const names: Readonly<Record<string, string>> = {
    'Microsoft.Storage/storageAccounts': 'its storage account',
    'Microsoft.Insights/components': 'its Application Insights',
    'Microsoft.KeyVault/vaults': 'its vault',
  };
  const name = names[type ?? ''] ?? scope;
  return rest === '' ? name : `${rest.split('/').at(-1)} in ${name}`;
}

/** As the process of the app gets one. */
async function appToken({ started }: Cloud, resource: string): Promise<string> {
  const environment: AppToHost['environment'] = started.at(-1)?.environment ?? {};
  const query = { resource, 'api-version': '2019-08-01', client_id: environment.AZURE_CLIENT_ID ?? '' };
  const answer = await fetch(`${environment.IDENTITY_ENDPOINT}?${new URLSearchParams(query)}`, {
    headers: { 'x-identity-header': environment.IDENTITY_HEADER ?? '' },
  });
  return ((await answer.json()) as { readonly access_token: string }).access_token;
}

/** What is done with the roles, each answering what Azure says against it, or nothing. */
function needsOf(cloud: Cloud): readonly (() => Promise<string>)[] {
  const { send, arm, simulator, ids } = cloud;
  const app = ids['resource:app'] ?? '';
  const refusal = ({ status, text }: { readonly status: number; readonly text: string }): string =>
    status < 300 ? '' : text;

  /** As a job of the repository gets one. */
  async function workflowToken(): Promise<string> {
    const claims = {
      iss: 'https://token.actions.githubusercontent.com',
      ...{ sub: 'repo:shop/shop:environment:production', aud: 'api://AzureADTokenExchange' },
    };
    const { body } = await send('POST', `https://localhost:${simulator.port}/_simulator/assertions`, { body: claims });
    const pipeline = simulator.state().resources[ids['resource:pipeline']?.toLowerCase() ?? ''];
    const form = new URLSearchParams({
      ...{
        client_id: scalarText(jsonAt(pipeline?.body ?? {}, 'properties.clientId')),
        grant_type: 'client_credentials',
      },
      ...{ scope: 'https://vault.azure.net/.default', client_assertion: scalarText(body.assertion) },
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    const answer = await send('POST', `${ENTRA}/${simulator.tenantId}/oauth2/v2.0/token`, { body: form });
    return scalarText(answer.body.access_token);
  }

  const secret = (name: string): string => `https://shop-deployer-kv.vault.azure.net/secrets/${name}?api-version=7.4`;
  const asApp = async (method: 'PUT' | 'GET', path: string, body?: JsonObject): Promise<string> =>
    refusal(
      await send(method, `${MANAGEMENT}${path}`, { token: await appToken(cloud, MANAGEMENT), ...(body && { body }) }),
    );
  return [
    async function hostStarts() {
      simulator.change(({ resources }) => {
        const site = resources[app.toLowerCase()];
        if (site) site.extra.hostRuns = 'not known';
      });
      await arm('POST', `${app}/restart`, undefined, '2025-03-01');
      const extra = await eventually(async () => {
        const found = simulator.state().resources[app.toLowerCase()]?.extra;
        return typeof found?.hostRuns === 'boolean' ? found : undefined;
      });
      return scalarText(extra.hostProblem);
    },
    async function appTellsTelemetry() {
      const insights = simulator.state().resources[ids['resource:insights']?.toLowerCase() ?? ''];
      const { InstrumentationKey: iKey = '' } = (insights?.body.properties ?? {}) as JsonObject;
      const url = 'https://westeurope-1.in.applicationinsights.azure.com/v2.1/track';
      const token = await appToken(cloud, 'https://monitor.azure.com');
      return refusal(await send('POST', url, { token, body: [{ iKey, name: 'Request' }] }));
    },
    async function appReadsSecrets() {
      return refusal(
        await send('GET', secret('BLOBS-EXTENSION'), { token: await appToken(cloud, 'https://vault.azure.net') }),
      );
    },
    async function appDeploys() {
      const path = `/subscriptions/${simulator.subscriptionId}/resourceGroups/shop?api-version=2025-04-01`;
      return await asApp('PUT', path, { location: 'westeurope' });
    },
    async function appGrants() {
      const path = grantIn(cloud, GRANTED_ROLES.AcrPull);
      const found = await asApp('PUT', `${path}?api-version=${ROLES}`, {
        properties: grantOf(cloud, GRANTED_ROLES.AcrPull),
      });
      if (found === '') await arm('DELETE', path, undefined, ROLES);
      return found;
    },
    async function workflowReadsItsKey() {
      return refusal(await send('GET', secret('CI-KEY'), { token: await workflowToken() }));
    },
    async function installerStoresSecrets() {
      const { token } = await cloud.credential.getToken('https://vault.azure.net/.default');
      return refusal(await send('PUT', secret('another'), { token, body: { value: 'something' } }));
    },
  ];
}

/** An assignment to an identity that is not the app, by a name of its own. */
function grantIn({ ids }: Cloud, role: string): string {
  return `${ids['resource-group']}/providers/${ASSIGNMENT}/${role}`;
}

function grantOf({ simulator, ids }: Cloud, role: string): JsonObject {
  const identity = simulator.state().resources[ids['resource:pipeline']?.toLowerCase() ?? ''];
  return {
    roleDefinitionId: `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    principalId: scalarText(jsonAt(identity?.body ?? {}, 'properties.principalId')),
    principalType: 'ServicePrincipal',
  };
}

it('an installation has the roles that are listed, and needs each of them: without it Azure refuses what is listed', async () => {
  const cloud = await cloudOfInstallation();
  const assignments = assignmentsOf(cloud);
  const sorted = (rows: readonly (readonly string[])[]) => rows.map((row) => row.join(' | ')).toSorted();
  expect(sorted(assignments.map(({ row }) => row))).toEqual(sorted(TABLE.map((row) => row.slice(0, 3))));

  const needs = needsOf(cloud);
  const refused = async (): Promise<readonly string[]> => {
    const texts: string[] = [];
    for (const need of needs) texts.push(await need());
    return texts.filter((text) => text !== '');
  };
  expect(await refused()).toEqual([]);
  for (const { id, row, properties } of assignments) {
    const [, , , without = ''] = TABLE.find((one) => one.slice(0, 3).join() === row.join()) ?? [];
    expect(without).not.toBe('');
    expect((await cloud.arm('DELETE', id, undefined, ROLES)).status).toBe(200);
    expect([row, await refused()]).toEqual([row, [expect.stringContaining(without)]]);
    expect((await cloud.arm('PUT', id, { properties }, ROLES)).status).toBe(201);
  }
  expect(await refused()).toEqual([]);
});

it('the app grants and takes back each role that deployments grant, and no other one', async () => {
  const cloud = await cloudOfInstallation();
  const { arm, send } = cloud;
  const condition = assignmentsOf(cloud).find(({ properties }) => typeof properties.condition === 'string');
  const needed = Object.values(GRANTED_ROLES);

  const asApp = async (method: 'PUT' | 'DELETE', role: string): Promise<number> => {
    const path = `${MANAGEMENT}${grantIn(cloud, role)}?api-version=${ROLES}`;
    const body = method === 'PUT' && { body: { properties: grantOf(cloud, role) } };
    return (await send(method, path, { token: await appToken(cloud, MANAGEMENT), ...body })).status;
  };
  const asDeployer = async (method: 'PUT' | 'DELETE', role: string): Promise<number> =>
    (
      await arm(
        method,
        grantIn(cloud, role),
        method === 'PUT' ? { properties: grantOf(cloud, role) } : undefined,
        ROLES,
      )
    ).status;
  /** What the app may do with each role: to grant it, and to take it back from whom somebody else has given it. */
  const allowed = async (role: string): Promise<readonly number[]> => {
    const granted = await asApp('PUT', role);
    if (granted !== 201) await asDeployer('PUT', role);
    const taken = await asApp('DELETE', role);
    if (taken !== 200) await asDeployer('DELETE', role);
    return [granted, taken];
  };
  for (const { guid, name } of BUILT_IN_ROLES) {
    expect([name, await allowed(guid)]).toEqual([name, needed.includes(guid as never) ? [201, 200] : [403, 403]]);
  }
  // Each of them is allowed by its own name in the condition, and by nothing else.
  for (const [name, guid] of Object.entries(GRANTED_ROLES)) {
    const without = scalarText(condition?.properties.condition).replaceAll(
      guid,
      '00000000-0000-0000-0000-000000000000',
    );
    await arm('PUT', condition?.id ?? '', { properties: { ...condition?.properties, condition: without } }, ROLES);
    expect([name, await allowed(guid)]).toEqual([name, [403, 403]]);
  }
});
