import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import type { DeploymentConfig, ServiceConfig } from '../../../src/domain/config/model.ts';
import { symbolicOutputs } from '../../../src/domain/outputs.ts';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import { resourceTags } from '../../../src/domain/tags.ts';
import type { Step } from '../../../src/engine/step.ts';
import { allows } from '../../../src/preflight/permissions.ts';
import { containerRegistry } from '../../../src/resources/container-registry.ts';
import { keyVault } from '../../../src/resources/key-vault.ts';
import type { SourceTree } from '../../../src/source/ports.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { type FakeAzure, fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext } from '../../helpers/step-context.ts';

/** The first step, as it looks at what the others make. */
function checkPrerequisites(): Step {
  const [first] = createSteps();
  if (!first) throw new Error('there are no steps');
  return first;
}

/** A subscription in which everything is in order. */
function azure(): FakeAzure {
  const fake = fakeAzure();
  Object.assign(fake.answers, {
    permissions: [{ actions: ['*'], notActions: [] }],
    checkNameAvailability: { nameAvailable: true },
    capabilities: [
      {
        supportedServerEditions: [{ name: 'Burstable', supportedServerSkus: [{ name: 'Standard_B1ms' }] }],
        supportedServerVersions: [{ name: '16' }, { name: '17' }],
      },
    ],
  });
  return fake;
}

const service: ServiceConfig = {
  key: 'api',
  name: 'api',
  kind: 'application',
  dockerfile: 'Dockerfile',
  port: 3000,
  cpu: 0.5,
  memory: '1Gi',
  minReplicas: 1,
  maxReplicas: 1,
  ingress: 'external',
  transport: 'http',
  env: {},
  consumer: false,
};
const withService = deploymentConfig({ services: { infrastructure: [], application: [service] } });

function source(problems: readonly string[]): SourceTree {
  return {
    location: '/nowhere',
    fileDigest: async () => undefined,
    fileContent: async () => new Uint8Array(),
    exists: async () => true,
    imageDigest: async () => 'digest',
    archive: async () => Readable.from([]),
    sharedArchive: async () => ({ id: '', open: () => Readable.from([]) }),
    problems: async () => problems,
    buildKind: async () => ({ builder: 'classic', isScannable: true }),
    address: async () => undefined,
    warnings: async () => [],
  };
}

const problemsOf = async (...args: Parameters<typeof stepContext>): Promise<string> => {
  try {
    await checkPrerequisites().run(await stepContext(...args));
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return 'no problem';
};

describe('check_prerequisites', () => {
  it('hands on who deploys, and where to, and makes nothing', async () => {
    const fake = azure();
    expect(await checkPrerequisites().run(await stepContext(fake.azure))).toMatchObject({
      kind: 'completed',
      outputs: { subscriptionId: 'sub', tenantId: 'tenant', principalId: 'deployer', principalType: '' },
      // What is looked at, by which a later run knows what is new.
      metadata: { providers: expect.arrayContaining(['Microsoft.App', 'Microsoft.KeyVault']) },
    });
    expect(fake.writes).toEqual([]);
  });

  it('is due again for what the deployment had no part of before, by what it looked at, or by what was made', async () => {
    const { azure: cloud } = azure();
    const first = checkPrerequisites();
    const result = await first.run(await stepContext(cloud));
    const metadata = (result.kind === 'completed' && result.metadata) || {};
    const withStorage = deploymentConfig({
      storage: { account: 'shopfiles', sku: 'Standard_LRS', containers: [], queues: [], shares: {} },
    });
    const sources = (config: DeploymentConfig, state: EnvironmentState) => ({
      ...{ azure: cloud, config, state, source: undefined },
      secrets: { literal: () => undefined, environment: () => undefined },
    });
    const done = { status: 'completed', timestamp: '', dependency_hash: '', dependencies: {}, outputs: {} } as const;
    const looked = { ...emptyState('default'), steps: { check_prerequisites: { ...done, metadata } } };
    expect(await first.troubles?.(sources(deploymentConfig(), looked))).toEqual([]);
    const isNew = ['Microsoft.Storage is new to the deployment'];
    expect(await first.troubles?.(sources(withStorage, looked))).toEqual(isNew);

    const wanted = createSteps().flatMap(({ name, desire }) =>
      desire({ environment: 'default', config: deploymentConfig(), outputs: symbolicOutputs().reader }).map((one) => ({
        ...{ key: one.key, id: one.id, type: one.kind.type, step: name, holds_data: false, immutable: {} },
      })),
    );
    const resources = Object.fromEntries(wanted.map(({ key, ...record }) => [key, record]));
    const made = { ...emptyState('default'), resources };
    expect(await first.troubles?.(sources(deploymentConfig(), made))).toEqual([]);
    expect(await first.troubles?.(sources(withStorage, made))).toEqual(isNew);
    expect(await first.troubles?.(sources(withStorage, emptyState('default')))).toEqual([]);
  });

  it('tells all problems at once', async () => {
    const fake = azure();
    Object.assign(fake.answers, {
      permissions: [{ actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] }],
      checkNameAvailability: { nameAvailable: false, message: 'It is taken.' },
      capabilities: [],
    });
    const message = await problemsOf(fake.azure, { config: withService });
    expect(message.split('\n')).toEqual([
      expect.stringContaining('Role Based Access Control Administrator'),
      'The name shopacr cannot be used for container registry shopacr: It is taken. Choose another name in the configuration.',
      'The name shop-kv cannot be used for key vault shop-kv: It is taken. Choose another name in the configuration.',
      'The name shop-postgres cannot be used for PostgreSQL server shop-postgres: It is taken. Choose another name in the configuration.',
      expect.stringContaining('restricted for this subscription in eastus'),
      expect.stringContaining('--source'),
    ]);
  });

  it('registers resource providers and waits for them', async () => {
    const fake = azure();
    Object.assign(fake.answers, { providerState: 'NotRegistered', registersAtOnce: false });
    const context = await stepContext(fake.azure);
    expect(await checkPrerequisites().run(context)).toMatchObject({
      kind: 'waiting',
      on: expect.stringContaining('Microsoft.App'),
    });
    expect(fake.posts).toHaveLength(8);
    Object.assign(fake.answers, { providerState: 'Registering' });
    expect(await checkPrerequisites().run(context)).toMatchObject({ kind: 'waiting' });
    expect(fake.posts).toHaveLength(8);
    Object.assign(fake.answers, { providerState: 'Registered' });
    expect(await checkPrerequisites().run(context)).toMatchObject({ kind: 'completed' });
  });

  it('goes on at once where registration is immediate', async () => {
    const fake = azure();
    fake.answers.providerState = 'NotRegistered';
    expect(await checkPrerequisites().run(await stepContext(fake.azure))).toMatchObject({ kind: 'completed' });
  });
});

describe('the subscription', () => {
  const several = [
    { id: 'one', displayName: 'First', state: 'Enabled' },
    { id: 'two', displayName: 'Second', state: 'Enabled' },
  ];

  it('must be named when there are several, which are listed', async () => {
    const fake = azure();
    fake.answers.subscriptions = several;
    expect(await problemsOf(fake.azure)).toMatch(/one.*First.*two.*Second/s);
    const config = deploymentConfig();
    const named = { ...config, azure: { ...config.azure, subscriptionId: 'TWO' } };
    expect(await checkPrerequisites().run(await stepContext(fake.azure, { config: named }))).toMatchObject({
      outputs: { subscriptionId: 'two' },
    });
  });

  it.each([
    { subscription_id: 'other', resource_group: null },
    { subscription_id: 'SUB', resource_group: 'other-rg' },
  ])('and the group must be those of the state: %o', async (place) => {
    const record = { id: '/x', type: 't', step: 'create_databases', holds_data: false, immutable: {} } as const;
    const state = { ...emptyState('default'), ...place, resources: { postgresql: record } };
    await expect(checkPrerequisites().run(await stepContext(azure().azure, { state }))).rejects.toMatchObject({
      code: 'state_foreign',
    });
  });
});

describe('a global name', () => {
  const taken = (fake: FakeAzure): FakeAzure => {
    fake.answers.checkNameAvailability = { nameAvailable: false, message: 'It is taken.' };
    return fake;
  };

  it('is not asked for when the resource is ours already', async () => {
    const fake = azure();
    const context = await stepContext(fake.azure);
    const { id } = containerRegistry(context);
    fake.resources.set(id.toLowerCase(), { id, tags: resourceTags(context) });
    taken(fake);
    expect(await problemsOf(fake.azure)).not.toContain('shopacr');
  });

  it('is a problem when the resource in our group is not ours, unless it is taken over', async () => {
    const fake = azure();
    const context = await stepContext(fake.azure);
    const { id } = containerRegistry(context);
    fake.resources.set(id.toLowerCase(), { id, tags: {} });
    expect(await problemsOf(fake.azure)).toContain(id);
    expect(await problemsOf(fake.azure, { options: { ...context.options, adopt: true } })).toBe('no problem');
  });

  it('may be held by a deleted vault of ours, which is recovered later', async () => {
    const fake = taken(azure());
    const context = await stepContext(fake.azure);
    const { id } = keyVault(context);
    const deleted = '/subscriptions/sub/providers/microsoft.keyvault/locations/eastus/deletedvaults/shop-kv';
    fake.resources.set(deleted, { id: deleted, properties: { vaultId: id, tags: resourceTags(context) } });
    expect(await problemsOf(fake.azure)).not.toContain('shop-kv');
  });
});

describe('what is offered', () => {
  it.each([
    [
      { sku: 'Standard_D2s_v3' },
      'PostgreSQL SKU Standard_D2s_v3 is not offered in eastus; offered in Burstable: Standard_B1ms.',
    ],
    [
      { tier: 'GeneralPurpose' as const },
      'PostgreSQL tier GeneralPurpose is not offered in eastus; offered: Burstable.',
    ],
    [{ version: '9' }, 'PostgreSQL version 9 is not offered in eastus; offered: 16, 17.'],
  ])('is known for PostgreSQL: %o', async (change, problem) => {
    const config = deploymentConfig();
    const message = await problemsOf(azure().azure, {
      config: { ...config, postgresql: { ...config.postgresql, ...change } },
    });
    expect(message).toBe(
      `${problem} Set locations.postgresql to a region that has it, or choose another size or version.`,
    );
  });

  it('is known by region for each type', async () => {
    const fake = azure();
    const id = '/subscriptions/sub/providers/microsoft.app';
    fake.resources.set(id, {
      id,
      namespace: 'Microsoft.App',
      resourceTypes: [{ resourceType: 'managedEnvironments', locations: ['West Europe'] }],
    });
    expect(await problemsOf(fake.azure)).toBe(
      'Container Apps environment shop-env cannot be made in eastus; Microsoft.App/managedEnvironments is offered in West Europe. Set locations.container_apps to a region that has it, or choose another size or version.',
    );
    const config = deploymentConfig();
    const moved = { ...config, locations: { ...config.locations, containerApps: 'westeurope' } };
    expect(await problemsOf(fake.azure, { config: moved })).toBe('no problem');
  });
});

describe('the sources', () => {
  it('are checked, all of them', async () => {
    const message = await problemsOf(azure().azure, {
      config: withService,
      source: source(['a is missing', 'b is missing']),
    });
    expect(message).toBe('a is missing\nb is missing');
  });

  it.each([
    deploymentConfig({ ...withService, deployment: { ...withService.deployment, skipBuild: true } }),
    deploymentConfig({ ...withService, docker: { ...withService.docker, registry: { server: 'ghcr.io/me' } } }),
    deploymentConfig(),
  ])('are not needed when nothing is built (%#)', async (config) => {
    expect(await problemsOf(azure().azure, { config })).toBe('no problem');
  });
});

describe('the permission to assign roles', () => {
  const action = 'Microsoft.Authorization/roleAssignments/write';

  it.each([
    [['*'], [], true],
    [['*/read'], [], false],
    [['Microsoft.Authorization/*'], [], true],
    [['microsoft.authorization/roleassignments/WRITE'], [], true],
    [['*'], ['Microsoft.Authorization/*/Write'], false],
    [[], [], false],
  ])('%j without %j: %s', (actions, notActions, expected) => {
    expect(allows({ actions, notActions }, action)).toBe(expected);
  });

  it('is not a problem when Azure does not let us ask', async () => {
    const fake = azure();
    fake.refuse = ({ method, path }) => {
      if (method === 'LIST' && path.endsWith('permissions')) {
        throw new AzureError({ code: 'AuthorizationFailed', message: 'no', statusCode: 403 });
      }
    };
    const context = await stepContext(fake.azure);
    expect(await checkPrerequisites().run(context)).toMatchObject({ kind: 'completed' });
    expect(context.logged).toHaveLength(2);
    expect(context.logged.every((line) => line.endsWith('Azure does not tell'))).toBe(true);
  });
});
