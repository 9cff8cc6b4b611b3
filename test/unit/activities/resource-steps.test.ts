import { describe, expect, it } from 'vitest';
import { createContainerAppsEnv } from '../../../src/activities/create-container-apps-env.ts';
import { createContainerRegistry } from '../../../src/activities/create-container-registry.ts';
import { createDatabases } from '../../../src/activities/create-databases.ts';
import { createKeyVault } from '../../../src/activities/create-key-vault.ts';
import { createMonitoring } from '../../../src/activities/create-monitoring.ts';
import { createResourceGroup } from '../../../src/activities/create-resource-group.ts';
import { AzureError, errorOfResponse } from '../../../src/azure/errors.ts';
import type { ArmResource } from '../../../src/azure/ports.ts';
import type { StepState } from '../../../src/domain/state.ts';
import type { Step, StepResult } from '../../../src/engine/step.ts';
import { jsonAt } from '../../../src/shared/json.ts';
import { COMPUTED } from '../../helpers/computed.ts';
import { type FakeAzure, fakeAzure } from '../../helpers/fake-azure.ts';
import { runIdOf, stepContext, type TestContext } from '../../helpers/step-context.ts';

const GROUP = '/subscriptions/sub/resourceGroups/shop-rg';
const steps: readonly Step[] = [
  createResourceGroup,
  createMonitoring,
  createContainerRegistry,
  createKeyVault,
  createDatabases,
  createContainerAppsEnv,
];

function azure(): FakeAzure {
  const fake = fakeAzure();
  Object.assign(fake.computed, COMPUTED);
  return fake;
}

/** Calls the step until it has completed. */
async function complete(step: Step, context: TestContext): Promise<Extract<StepResult, { kind: 'completed' }>> {
  for (let call = 0; call < 50; call += 1) {
    const result = await step.run(context);
    if (result.kind === 'completed') return result;
  }
  throw new Error(`${step.name} did not complete`);
}

const successor = (fake: FakeAzure, previous?: StepState): Promise<TestContext> =>
  stepContext(fake.azure, { runId: runIdOf(1), ...(previous && { previous }) });

/** What the state says of a step that an earlier run has completed. */
const DONE_BEFORE: StepState = {
  ...{ status: 'completed', timestamp: '2025-12-31T00:00:00.000Z', run_id: runIdOf(0) },
  ...{ dependency_hash: '', dependencies: {}, outputs: {}, metadata: {} },
};

describe.each(steps.map((step) => [step.name, step] as const))('%s', (_, step) => {
  it('makes every desired resource, and writes nothing the second time', async () => {
    const fake = azure();
    const context = await stepContext(fake.azure);
    const first = await complete(step, context);
    const made = step.desire(context).filter(({ asFound }) => !asFound);
    const wanted = made.map(({ id }) => id.toLowerCase());
    expect([...fake.resources.keys()].sort()).toEqual([...wanted].sort());
    expect(
      context.recorded.filter(({ created, resource }) => resource.kind.ownership === 'tagged' && !created),
    ).toEqual([]);

    const writes = fake.writes.length;
    const second = await complete(step, await successor(fake));
    expect(fake.writes.slice(writes)).toEqual([]);
    expect(second.outputs).toEqual(first.outputs);
  });

  it('writes each resource once, however many calls its operations take', async () => {
    const fake = azure();
    fake.polls = 3;
    const context = await stepContext(fake.azure);
    await complete(step, context);
    const paths = fake.writes.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('makes again what was deleted by hand', async () => {
    const fake = azure();
    await complete(step, await stepContext(fake.azure));
    for (const id of [...fake.resources.keys()]) {
      fake.resources.delete(id);
      await complete(step, await successor(fake));
      expect(fake.resources.has(id), id).toBe(true);
    }
  });
});

it.each<[Step, string, (live: ArmResource) => ArmResource, object]>([
  [
    createMonitoring,
    'components/shop-insights',
    withProperties({ WorkspaceResourceId: '/subscriptions/sub/other' }),
    { WorkspaceResourceId: `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/shop-logs` },
  ],
  [
    createContainerRegistry,
    'registries/shopacr',
    // The admin user goes with the verification, when no revision needs it any more: test/e2e/takeover.test.ts.
    withProperties({ roleAssignmentMode: 'AbacRepositoryPermissions' }),
    { roleAssignmentMode: 'LegacyRegistryPermissions' },
  ],
  [
    createKeyVault,
    'vaults/shop-kv',
    withProperties({ enableRbacAuthorization: false }),
    { enableRbacAuthorization: true },
  ],
  [
    createDatabases,
    'firewallRules/allow-azure-services',
    withProperties({ endIpAddress: '255.255.255.255' }),
    { endIpAddress: '0.0.0.0' },
  ],
  [
    createDatabases,
    'configurations/ssl_min_protocol_version',
    withProperties({ value: 'TLSv1' }),
    { value: 'TLSv1.2' },
  ],
  [
    createContainerAppsEnv,
    'diagnosticSettings/to-log-analytics',
    withProperties({ workspaceId: '/subscriptions/sub/other' }),
    { workspaceId: `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/shop-logs` },
  ],
])('%o changes back by hand made changes of %s', async (step, end, change, expected) => {
  const fake = azure();
  await complete(step, await stepContext(fake.azure));
  const id = [...fake.resources.keys()].find((key) => key.endsWith(end.toLowerCase())) ?? '';
  const live = fake.resources.get(id);
  if (live) fake.resources.set(id, change(live));
  await complete(step, await successor(fake));
  expect(fake.resources.get(id)?.properties).toMatchObject(expected);
});

function withProperties(properties: Record<string, string | number | boolean>): (live: ArmResource) => ArmResource {
  return (live) => ({ ...live, properties: { ...(live.properties as object), ...properties } }) as ArmResource;
}

describe('roles', () => {
  const refused = new AzureError({ code: 'ForbiddenByRbac', message: 'not yet', statusCode: 403 });

  it.each<[Step, string]>([
    [createContainerRegistry, 'BUILDS'],
    [createKeyVault, 'SECRET'],
  ])('are tried and waited for: %o', async (step, method) => {
    const fake = azure();
    fake.refuse = (request) => {
      if (request.method === method) throw refused;
    };
    const context = await stepContext(fake.azure);
    expect(await step.run(context)).toMatchObject({ kind: 'waiting', on: expect.stringContaining('the role on') });
    context.pass(300);
    expect(await step.run(context)).toMatchObject({ kind: 'waiting' });
    fake.refuse = () => undefined;
    expect(await step.run(context)).toMatchObject({ kind: 'completed' });
  });

  it('that never take effect fail with the refusal', async () => {
    const fake = azure();
    fake.refuse = ({ method }) => {
      if (method === 'SECRET') throw refused;
    };
    const context = await stepContext(fake.azure);
    await createKeyVault.run(context);
    context.pass(601);
    await expect(createKeyVault.run(context)).rejects.toBe(refused);
  });

  it.each<[string, AzureError, boolean]>([
    ['is no fresh role where this run made none', refused, true],
    [
      'for a disabled secret is no fresh role at all',
      errorOfResponse(
        403,
        {},
        {
          error: { code: 'Forbidden', message: 'disabled', innererror: { code: 'SecretDisabled' } },
        },
      ),
      false,
    ],
  ])('a refusal %s: the step ends with it at once', async (_, refusal, isSecondRun) => {
    const fake = azure();
    const first = await stepContext(fake.azure);
    if (isSecondRun) await complete(createKeyVault, first);
    fake.refuse = ({ method }) => {
      if (method === 'SECRET') throw refusal;
    };
    const context = isSecondRun ? await successor(fake, DONE_BEFORE) : first;
    await expect(createKeyVault.run(context)).rejects.toBe(refusal);
  });

  it('carry the type of a service principal and leave that of a person out', async () => {
    const types = async (principalType: string): Promise<unknown[]> => {
      const fake = azure();
      await complete(createKeyVault, await stepContext(fake.azure, { known: { principalType } }));
      return fake.writes
        .filter(({ path }) => path.includes('roleAssignments'))
        .map(({ body = {} }) => jsonAt(body, 'properties.principalType'));
    };
    expect(await types('')).toEqual(['ServicePrincipal', undefined]);
    expect(await types('ServicePrincipal')).toEqual(['ServicePrincipal', 'ServicePrincipal']);
  });

  it('are added for a new deployer, and those of the old one stay', async () => {
    const fake = azure();
    await complete(createKeyVault, await stepContext(fake.azure));
    const before = [...fake.resources.keys()];
    await complete(createKeyVault, await stepContext(fake.azure, { known: { principalId: 'ci' } }));
    expect([...fake.resources.keys()].filter((id) => !before.includes(id))).toHaveLength(1);
    expect(before.every((id) => fake.resources.has(id))).toBe(true);
  });
});

describe('outputs', () => {
  it('have the ids in our spelling and the values that Azure computed', async () => {
    const fake = azure();
    expect((await complete(createContainerRegistry, await stepContext(fake.azure))).outputs).toMatchObject({
      registryId: `${GROUP}/providers/Microsoft.ContainerRegistry/registries/shopacr`,
      loginServer: 'shopacr-d4dafv.azurecr.io',
    });
    expect((await complete(createContainerAppsEnv, await stepContext(fake.azure))).outputs).toEqual({
      environmentId: `${GROUP}/providers/Microsoft.App/managedEnvironments/shop-env`,
      defaultDomain: 'brave-bay-12.eastus.azurecontainerapps.io',
    });
  });

  it('tell a registry that was made anew from the one before it', async () => {
    const fake = azure();
    const first = await complete(createContainerRegistry, await stepContext(fake.azure));
    fake.resources.clear();
    const second = await complete(createContainerRegistry, await successor(fake));
    expect(second.outputs.registryIncarnation).not.toBe(first.outputs.registryIncarnation);
    const third = await complete(createContainerRegistry, await stepContext(fake.azure, { runId: runIdOf(3) }));
    expect(third.outputs).toEqual(second.outputs);
  });
});
