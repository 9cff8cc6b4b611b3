import { describe, expect, it } from 'vitest';
import type { PlannedResource } from '../../../../src/domain/plan-schema.ts';
import { type EnvironmentState, emptyState } from '../../../../src/domain/state.ts';
import { planDump } from '../../../../src/planning/removal/plan-dump.ts';
import type { Seen } from '../../../../src/planning/removal/removal-lines.ts';
import { POSTGRESQL_DATABASE } from '../../../../src/resources/postgresql-database.ts';
import { POSTGRESQL_SERVER } from '../../../../src/resources/postgresql-server.ts';
import type { Json, JsonObject } from '../../../../src/shared/json.ts';
import { deploymentConfig } from '../../../helpers/deployment-config.ts';
import { fakeAzure } from '../../../helpers/fake-azure.ts';

const SUBSCRIPTION = '/subscriptions/sub';
const GROUP = `${SUBSCRIPTION}/resourceGroups/${deploymentConfig().azure.resourceGroup}`;
const ENVIRONMENT = `${GROUP}/providers/Microsoft.App/managedEnvironments/shop-env`;
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop-id`;
const SERVER = `${GROUP}/providers/${POSTGRESQL_SERVER.type}/shop-pg`;
const ACCOUNT = `${SUBSCRIPTION}/resourceGroups/backups/providers/Microsoft.Storage/storageAccounts/backups`;
const CONTAINER = `${ACCOUNT}/blobServices/default/containers/dumps`;
const PRINCIPAL = '33333333-3333-3333-3333-333333333333';
const OUTPUTS = {
  subscriptionId: 'sub',
  environmentId: ENVIRONMENT,
  identityId: IDENTITY,
  identityPrincipalId: PRINCIPAL,
  identityClientId: 'client',
  'secret.POSTGRES-PASSWORD': 'https://kv.vault.azure.net/secrets/POSTGRES-PASSWORD/v1',
};
const ROLE = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe`;

interface Situation {
  readonly server?: JsonObject;
  readonly environment?: JsonObject | null;
  readonly account?: JsonObject | null;
  readonly container?: boolean;
  readonly action?: PlannedResource['action'];
  readonly outputs?: Readonly<Record<string, string>>;
  readonly job?: JsonObject;
  readonly assignments?: readonly JsonObject[];
  readonly actions?: readonly string[];
}

function seen(key: string, kind: Seen['kind'], id: string, live: JsonObject): Seen {
  const record = { id, type: kind?.type ?? '', step: 'create_databases' as const, holds_data: true, immutable: {} };
  return {
    ...{ name: key, kind, record, live, ownership: 'tagged', isPartOfParent: false },
    ...{ dataOfOthers: [], others: ['theirs'], since: undefined },
  };
}

async function plan(situation: Situation = {}) {
  const {
    server = {},
    environment = {},
    account = {},
    container = true,
    action = 'delete',
    outputs = OUTPUTS,
  } = situation;
  const fake = fakeAzure();
  const there = (id: string, body: JsonObject): void => void fake.resources.set(id.toLowerCase(), { id, ...body });
  if (environment) there(ENVIRONMENT, environment);
  there(IDENTITY, {});
  if (container) there(CONTAINER, {});
  const endpoints = { primaryEndpoints: { blob: 'https://backups.blob.core.windows.net/' } };
  const accounts = account ? [{ id: ACCOUNT, properties: { ...endpoints, ...account } }] : [];
  const answers: Record<string, Json> = {
    [`${SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts`]: accounts,
    '/providers/Microsoft.Authorization/permissions': [{ actions: [...(situation.actions ?? ['*'])], notActions: [] }],
    '/providers/Microsoft.Authorization/roleAssignments': [...(situation.assignments ?? [])],
  };
  Object.assign(fake.answers, answers);
  const live: JsonObject = {
    properties: {
      ...{ version: '17', administratorLogin: 'shopadmin', state: 'Ready', storage: { storageSizeGB: 64 } },
      ...{
        fullyQualifiedDomainName: 'shop-pg.postgres.database.azure.com',
        network: { publicNetworkAccess: 'Enabled' },
      },
      ...server,
    },
  };
  const known = [
    seen('postgresql', POSTGRESQL_SERVER, SERVER, live),
    seen('postgresql:database', POSTGRESQL_DATABASE, `${SERVER}/databases/shop`, {}),
  ];
  if (situation.job) {
    const { jobId, ...body } = situation.job;
    there(String(jobId), body);
  }
  const state: EnvironmentState = {
    ...emptyState('default'),
    subscription_id: 'sub',
    resources: { postgresql: known[0]?.record as never },
    steps: stepsWith(outputs),
  };
  const lines = known.map(
    ({ name, record }): PlannedResource => ({ key: name, id: record.id, type: record.type, action }),
  );
  const destroy = { keepData: false, leftBehind: null, include: [], confirmed: true };
  const request = { environment: 'default', config: deploymentConfig(), destroy, state };
  const planned = await planDump(fake.azure, request, { asked: 'backups/dumps', lines, seen: known });
  expect(fake.writes).toEqual([]);
  return planned;
}

/** Every step has left them all: which one leaves which is no matter of a dump. */
function stepsWith(outputs: Readonly<Record<string, string>>): EnvironmentState['steps'] {
  const step = { status: 'completed' as const, timestamp: '', dependency_hash: '', dependencies: {}, metadata: {} };
  const names = ['check_prerequisites', 'create_resource_group', 'create_container_apps_env', 'store_secrets'] as const;
  return Object.fromEntries(names.map((name) => [name, { ...step, outputs: { ...outputs } }]));
}

const texts = (lines: readonly PlannedResource[]): readonly string[] =>
  lines.map(({ action, key }) => `${action} ${key}`);

describe('a dump in the plan of a deletion', () => {
  it('has a job and a grant, which go again, and says what is dumped and where', async () => {
    const { dump, lines, warnings } = await plan();
    expect(texts(lines)).toEqual([
      'create dump:shop-pg',
      'create role:dump',
      'delete dump:shop-pg',
      'delete role:dump',
    ]);
    expect(lines[0]?.reason).toContain('dumps shop of shop-pg to https://backups.blob.core.windows.net/dumps');
    expect(lines[1]?.reason).toContain('Storage Blob Data Contributor');
    expect(dump).toEqual({
      ...{ containerId: CONTAINER, address: 'https://backups.blob.core.windows.net/dumps', grants: true },
      servers: [
        {
          ...{ id: SERVER, host: 'shop-pg.postgres.database.azure.com', version: '17', user: 'shopadmin' },
          databases: ['shop'],
        },
      ],
    });
    expect(warnings).toEqual([
      expect.stringMatching(/fit into 8 GiB.*64 GB/),
      expect.stringContaining('not ours: theirs'),
    ]);
  });

  it.each<[string, string, boolean]>([
    ['the container', CONTAINER, false],
    ['its account', ACCOUNT, false],
    ['the subscription', SUBSCRIPTION, false],
    ['another container', `${ACCOUNT}/blobServices/default/containers/dumps2`, true],
  ])('with the role held on %s', async (_, scope, grants) => {
    const held = { properties: { scope, principalId: PRINCIPAL, roleDefinitionId: ROLE } };
    const { dump, lines } = await plan({ assignments: [held] });
    expect(dump?.grants).toBe(grants);
    expect(texts(lines).includes('delete role:dump')).toBe(grants);
    const under = { properties: { ...held.properties, condition: "@Resource[…] StringEquals 'x'" } };
    expect((await plan({ assignments: [under] })).dump?.grants).toBe(true);
  });

  it.each<[string, Situation, string]>([
    ['there is no such account', { account: null }, 'az storage account create --name backups'],
    [
      'there is no such container',
      { container: false },
      'az storage container create --account-name backups --name dumps',
    ],
    ['the server is stopped', { server: { state: 'Stopped' } }, 'az postgres flexible-server start --ids'],
    ['the environment is gone', { environment: null }, 'run destroy without --dump-to'],
    ['a deployment was not finished', { outputs: {} }, 'not deployed as a whole'],
    [
      'the server is private, and the environment in no network',
      { server: { network: { publicNetworkAccess: 'Disabled' } } },
      'from its network only',
    ],
  ])('is refused where %s', async (_, situation, words) => {
    const { dump, lines } = await plan(situation);
    expect(dump).toBeUndefined();
    expect(lines.map(({ action, reason }) => [action, reason])).toEqual([
      ['forbidden', expect.stringContaining(words)],
    ]);
  });

  it('takes a private server where the environment is in a network, and doubts another one', async () => {
    const subnet = (network: string): string =>
      `${GROUP}/providers/Microsoft.Network/virtualNetworks/${network}/subnets/one`;
    const server = { network: { publicNetworkAccess: 'Disabled', delegatedSubnetResourceId: subnet('a') } };
    const environment = (network: string): JsonObject => ({
      properties: { vnetConfiguration: { infrastructureSubnetId: subnet(network) } },
    });
    expect((await plan({ server, environment: environment('a') })).warnings.join()).not.toContain('peered');
    const { dump, warnings } = await plan({ server, environment: environment('b') });
    expect(dump).toBeDefined();
    expect(warnings.join()).toContain('peered');
  });

  it('doubts a storage account with a firewall', async () => {
    const { warnings } = await plan({ account: { networkAcls: { defaultAction: 'Deny' } } });
    expect(warnings.join()).toContain('has a firewall');
  });

  it('is refused where the deployer may not grant', async () => {
    const { lines } = await plan({ actions: ['Microsoft.App/*', 'Microsoft.Storage/*'] });
    const [grant] = lines.filter(({ key }) => key === 'role:dump');
    expect(grant).toMatchObject({ action: 'forbidden', reason: expect.stringContaining('az role assignment create') });
  });

  it('writes the job of an earlier dump again, and no job of somebody else', async () => {
    const id = (await plan()).lines[0]?.id ?? '';
    const tags = { 'managed-by': 'draftgenie-deploy', 'draftgenie-environment': 'default' };
    const properties = { environmentId: ENVIRONMENT };
    expect(texts((await plan({ job: { jobId: id, tags, properties } })).lines)[0]).toBe('update dump:shop-pg');
    const { lines } = await plan({ job: { jobId: id, tags: {}, properties } });
    expect(texts(lines)[0]).toBe('forbidden dump:shop-pg');
    expect(texts(lines)).not.toContain('delete dump:shop-pg');
  });

  it('is an error where no database goes', async () => {
    await expect(plan({ action: 'left_behind' })).rejects.toMatchObject({ code: 'nothing_to_dump' });
  });
});
