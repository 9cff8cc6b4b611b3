import type { HttpMethods } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { type Answer, type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import {
  appBody,
  buildImage,
  container,
  createSurroundings,
  grant,
  SECRETS_OFFICER,
  type Surroundings,
} from '../../helpers/simulated-application.ts';

const APP = 'providers/Microsoft.App/containerApps/api';
const JOB = 'providers/Microsoft.App/jobs/migrate';
const VAULT = 'https://kv-demo.vault.azure.net';

interface Place {
  readonly clients: SimulatedClients;
  readonly around: Surroundings;
  /** Status and code of a write of the app; `done` when its operation succeeded. */
  write(method: HttpMethods, body: JsonObject): Promise<readonly [number, unknown] | 'done'>;
  /** Writes to the vault as its secrets officer. */
  secret(method: HttpMethods, path: string, body?: JsonObject): Promise<Answer>;
}

async function place(): Promise<Place> {
  const clients = await simulatedClients();
  const around = await createSurroundings(clients);
  await grant(clients, around.vault, SECRETS_OFFICER, clients.simulator.state().deployerId, 9);
  await buildImage(clients, around.registry, 'app:v1', {
    Dockerfile: 'FROM alpine\nCOPY main.py /\nEXPOSE 8080\n',
    'main.py': 'print()',
  });
  return {
    clients,
    around,
    async write(method, body) {
      const answer = await clients.arm(method, APP, body);
      if (answer.status >= 300) return [answer.status, (answer.body.error as JsonObject).code];
      const { status, error } = await clients.finish(answer);
      return status === 'Failed' ? [200, (error as JsonObject).code] : 'done';
    },
    async secret(method, path, body) {
      const { token } = await clients.credential.getToken('https://vault.azure.net/.default');
      return await clients.send(method, `${VAULT}/secrets/${path}?api-version=7.5`, { token, ...(body && { body }) });
    },
  };
}

function withVariable(variable: JsonObject): JsonObject {
  return { containers: [container('crdemo.azurecr.io/app:v1', { env: [variable] })] };
}

const OPEN_TEMPLATE = { containers: [container('docker.io/library/nginx:1')] };

const configuration = (settings: JsonObject): JsonObject => ({ properties: { configuration: settings } });

describe('the secrets of a container app', () => {
  // https://github.com/pulumi/pulumi-azure-native/issues/2673; empty: https://github.com/microsoft/azure-container-apps/issues/660.
  it.each([
    ['a name alone', { name: 'b' }],
    ['an empty value', { name: 'b', value: '' }],
    ['a reference without identity', { name: 'b', keyVaultUrl: `${VAULT}/secrets/x` }],
  ])('are refused with %s, by PUT and PATCH, also when the app has that secret already', async (_, wrong) => {
    const { clients, around, write } = await place();
    const secrets = [
      { name: 'a', value: 'one' },
      { name: 'b', value: 'two' },
    ];
    expect(await write('PUT', appBody(around, { configuration: { secrets } }))).toBe('done');
    const list = { secrets: [{ name: 'a', value: 'one' }, wrong] };
    expect(await write('PUT', appBody(around, { configuration: list }))).toEqual([400, 'ContainerAppSecretInvalid']);
    expect(await write('PATCH', configuration(list))).toEqual([400, 'ContainerAppSecretInvalid']);
    expect((await clients.arm('POST', `${APP}/listSecrets`)).body.value).toEqual(secrets);
  });

  // RFC 7396, as https://learn.microsoft.com/rest/api/containerapps/container-apps/update says of the body.
  it('stay when a PATCH leaves the list out, and are the list that it has otherwise', async () => {
    const { clients, around, write } = await place();
    const secrets = async () => (await clients.arm('POST', `${APP}/listSecrets`)).body.value;
    const both = [
      { name: 'a', value: 'one' },
      { name: 'b', value: 'two' },
    ];
    await write('PUT', appBody(around, { configuration: { secrets: both } }));
    expect(await write('PATCH', configuration({ maxInactiveRevisions: 7 }))).toBe('done');
    expect(await secrets()).toEqual(both);
    expect(await write('PATCH', configuration({ secrets: [{ name: 'a', value: 'three' }] }))).toBe('done');
    expect(await secrets()).toEqual([{ name: 'a', value: 'three' }]);
  });

  // https://github.com/Azure/container-apps-deploy-action/issues/116
  it.each(['DB', 'my.secret', 'a_b', '-a', 'a-', 'x'.repeat(254)])('cannot be called %s', async (name) => {
    const { around, write } = await place();
    const body = appBody(around, { configuration: { secrets: [{ name, value: 'x' }] } });
    expect(await write('PUT', body)).toEqual([400, 'ContainerAppInvalidSecretName']);
  });

  // https://github.com/microsoft/azure-container-apps/issues/1159; empty values: https://github.com/microsoft/azure-container-apps/issues/1291.
  it.each([
    ['disabled', async ({ secret }: Place) => secret('PATCH', 'db', { attributes: { enabled: false } })],
    ['deleted', async ({ secret }: Place) => secret('DELETE', 'db')],
    ['emptied', async ({ secret }: Place) => secret('PUT', 'db', { value: '' })],
  ])('are refused by every write while one in the vault is %s', async (_, change) => {
    const here = await place();
    const { around, write, secret } = here;
    await secret('PUT', 'db', { value: 'x' });
    const list = [{ name: 'db', keyVaultUrl: `${VAULT}/secrets/db`, identity: around.identity }];
    const body = appBody(around, { configuration: { secrets: list } });
    expect(await write('PUT', body)).toBe('done');
    expect((await change(here)).status).toBe(200);
    const refused = [400, 'InvalidParameterValueInContainerTemplate'];
    expect(await write('PUT', body)).toEqual(refused);
    expect(await write('PATCH', { tags: { a: 'b' } })).toEqual(refused);
  });

  // https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#date-time-controlled-operations
  it('are read from the vault when they are expired or not yet valid', async () => {
    const { around, write, secret } = await place();
    await secret('PUT', 'old', { value: 'x', attributes: { exp: 1_000_000_000 } });
    await secret('PUT', 'new', { value: 'x', attributes: { nbf: 4_000_000_000 } });
    const list = ['old', 'new'].map((name) => ({
      name,
      keyVaultUrl: `${VAULT}/secrets/${name}`,
      identity: around.identity,
    }));
    expect(await write('PUT', appBody(around, { configuration: { secrets: list } }))).toBe('done');
  });

  // https://github.com/microsoft/azure-container-apps/issues/739
  it('are refused while the firewall of the vault keeps the environment out', async () => {
    const { clients, around, write, secret } = await place();
    await secret('PUT', 'db', { value: 'x' });
    const closed = { properties: { networkAcls: { bypass: 'AzureServices', defaultAction: 'Deny' } } };
    await clients.finish(await clients.arm('PATCH', around.vault, closed, '2026-02-01'));
    const list = [{ name: 'db', keyVaultUrl: `${VAULT}/secrets/db`, identity: around.identity }];
    expect(await write('PUT', appBody(around, { configuration: { secrets: list } }))).toEqual([
      400,
      'InvalidParameterValueInContainerTemplate',
    ]);
  });

  // Access policies count only in a vault without RBAC: https://learn.microsoft.com/azure/key-vault/general/rbac-guide.
  it('are refused when the identity has a role, and the vault goes by access policies', async () => {
    const { clients, around, write, secret } = await place();
    await secret('PUT', 'db', { value: 'x' });
    const changed = { properties: { enableRbacAuthorization: false, accessPolicies: [] } };
    await clients.finish(await clients.arm('PATCH', around.vault, changed, '2026-02-01'));
    const list = [{ name: 'db', keyVaultUrl: `${VAULT}/secrets/db`, identity: around.identity }];
    const body = appBody(around, { configuration: { secrets: list } });
    expect(await write('PUT', body)).toEqual([400, 'InvalidParameterValueInContainerTemplate']);
    const { properties } = (await clients.arm('GET', around.identity, undefined, '2024-11-30')).body;
    const { principalId, tenantId } = properties as { principalId: string; tenantId: string };
    const accessPolicies = [{ tenantId, objectId: principalId, permissions: { secrets: ['get'] } }];
    await clients.finish(await clients.arm('PATCH', around.vault, { properties: { accessPolicies } }, '2026-02-01'));
    expect(await write('PUT', body)).toBe('done');
  });
});

describe('a secret or registry that revisions still need', () => {
  const secrets = [{ name: 'a', value: 'one' }];
  const reading = withVariable({ name: 'A', secretRef: 'a' });

  // https://github.com/jflavan/codec-chat/blob/main/docs/INFRA_WORKFLOW_FIX.md
  it('cannot be taken away in multiple mode, even with the template that does without it', async () => {
    const { around, write } = await place();
    const mode = { activeRevisionsMode: 'Multiple' };
    await write('PUT', appBody(around, { configuration: { ...mode, secrets }, template: reading }));
    const without = appBody(around, { configuration: mode });
    expect(await write('PUT', without)).toEqual([400, 'ContainerAppSecretInUse']);
    expect(await write('PATCH', configuration({ secrets: null }))).toEqual([400, 'ContainerAppSecretRefNotFound']);
    const open = appBody(around, {
      configuration: { ...mode, secrets, registries: [] },
      template: OPEN_TEMPLATE,
    });
    expect(await write('PUT', open)).toEqual([400, 'ContainerAppRegistryInUse']);
  });

  // https://github.com/microsoft/azure-container-apps/issues/654, https://github.com/microsoft/azure-container-apps/issues/660
  it('cannot be taken away from an inactive revision either, until that is gone', async () => {
    const { clients, around, write } = await place();
    const mode = { activeRevisionsMode: 'Multiple' };
    await write('PUT', appBody(around, { configuration: { ...mode, secrets }, template: reading }));
    const [first] = (await clients.arm('GET', `${APP}/revisions`)).body.value as JsonObject[];
    await write('PUT', appBody(around, { configuration: { ...mode, secrets } }));
    await clients.arm('POST', `${APP}/revisions/${String(first?.name)}/deactivate`);
    expect(await write('PATCH', configuration({ secrets: [] }))).toEqual([400, 'ContainerAppSecretInvalid']);
    const few = { ...mode, secrets, maxInactiveRevisions: 0 };
    await write('PATCH', configuration(few));
    const next = withVariable({ name: 'NEXT', value: '1' });
    expect(await write('PUT', appBody(around, { configuration: few, template: next }))).toBe('done');
    expect(await write('PATCH', configuration({ secrets: [] }))).toBe('done');
  });

  // The registry entry names it: https://github.com/piizei/terraform-container-apps/issues/2
  it('cannot be taken away from a registry entry that stays, and goes with it', async () => {
    const { around, write } = await place();
    const registries = [{ server: 'other.io', username: 'u', passwordSecretRef: 'a' }];
    await write('PUT', appBody(around, { configuration: { secrets, registries }, template: OPEN_TEMPLATE }));
    expect(await write('PATCH', configuration({ secrets: [] }))).toEqual([
      400,
      'ContainerAppRegistriesPasswordSecretRefNotFound',
    ]);
    expect(await write('PATCH', configuration({ secrets: [], registries: [] }))).toBe('done');
  });

  // https://github.com/microsoft/vscode-azurecontainerapps/issues/1098
  it('goes in single mode', async () => {
    const { around, write } = await place();
    await write('PUT', appBody(around, { configuration: { secrets }, template: reading }));
    expect(await write('PUT', appBody(around))).toBe('done');
  });
});

describe('the template of a container app', () => {
  // https://github.com/MicrosoftDocs/azure-docs/issues/94512
  it.each(['ConnectionStrings:Default', '1ABC', 'MY VAR', 'A=B', 'Ünïcode', ''])(
    'has no variable called "%s"',
    async (name) => {
      const { around, write } = await place();
      const body = appBody(around, { template: withVariable({ name, value: 'x' }) });
      expect(await write('PUT', body)).toEqual([400, 'InvalidParameterValueInContainerTemplate']);
    },
  );

  it.each(['a.b', 'OK-DASH', '_x', 'Logging__Level'])('has a variable called %s', async (name) => {
    const { around, write } = await place();
    expect(await write('PUT', appBody(around, { template: withVariable({ name, value: 'x' }) }))).toBe('done');
  });

  // https://github.com/microsoft/azure-container-apps/issues/1558; default: https://github.com/microsoft/azure-container-apps/issues/375.
  it.each<JsonObject>([
    { targetPort: 8080, exposedPort: 80 },
    { targetPort: 8080, exposedPort: 443 },
    { targetPort: 443 },
  ])('exposes no tcp port that http has: %o', async (ports) => {
    const { around, write } = await place();
    const ingress = { external: false, transport: 'tcp', ...ports };
    expect(await write('PUT', appBody(around, { configuration: { ingress } }))).toEqual([
      400,
      'InvalidParameterValueInContainerTemplate',
    ]);
  });

  // https://learn.microsoft.com/azure/container-apps/containers#allocations
  it.each([
    { cpu: 0.5, memory: '2Gi' },
    { cpu: 0.3, memory: '0.6Gi' },
    { cpu: 8, memory: '16Gi' },
  ])('has no resources of %o', async (resources) => {
    const { around, write } = await place();
    const containers = [container('crdemo.azurecr.io/app:v1', { resources })];
    expect(await write('PUT', appBody(around, { template: { containers } }))).toEqual([
      400,
      'ContainerAppInvalidResourceTotal',
    ]);
  });
});

describe('a job', () => {
  it('is refused for the same secrets and variables', async () => {
    const { clients, around } = await place();
    const job = (secrets: JsonObject[], env: JsonObject[]): JsonObject => ({
      location: 'westeurope',
      identity: { type: 'UserAssigned', userAssignedIdentities: { [around.identity]: {} } },
      properties: {
        environmentId: around.environment,
        configuration: {
          triggerType: 'Manual',
          replicaTimeout: 60,
          manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 },
          secrets,
        },
        template: { containers: [{ name: 'job', image: 'docker.io/library/alpine:3', env }] },
      },
    });
    const code = async (secrets: JsonObject[], env: JsonObject[] = []) => {
      const { status, body } = await clients.arm('PUT', JOB, job(secrets, env));
      return [status, (body.error as JsonObject | undefined)?.code];
    };
    expect(await code([{ name: 'a' }])).toEqual([400, 'ContainerAppSecretInvalid']);
    expect(await code([{ name: 'A', value: 'x' }])).toEqual([400, 'ContainerAppInvalidSecretName']);
    expect(await code([], [{ name: 'a b', value: 'x' }])).toEqual([400, 'InvalidParameterValueInContainerTemplate']);
    const reference = { name: 'a', keyVaultUrl: `${VAULT}/secrets/none`, identity: around.identity };
    expect(await code([reference])).toEqual([400, 'InvalidParameterValueInContainerTemplate']);
  });
});

describe('an init container', () => {
  const withInit = (image: string): JsonObject => ({
    initContainers: [{ name: 'init', image: `crdemo.azurecr.io/${image}`, resources: { cpu: 0.25, memory: '0.5Gi' } }],
  });

  // https://learn.microsoft.com/azure/container-apps/containers#init-containers: all of them end before the app starts.
  it('keeps a revision from starting when its image is not there, or does not do what it is for', async () => {
    const { clients, around, write } = await place();
    await buildImage(clients, around.registry, 'bad:v1', {
      Dockerfile: 'FROM alpine\nCOPY .unhealthy /\n',
      '.unhealthy': 'crash',
    });
    expect(await write('PUT', appBody(around, { template: withInit('none:v1') }))).toEqual([
      200,
      'ContainerAppOperationError',
    ]);
    expect(await write('PUT', appBody(around, { template: withInit('bad:v1') }))).toBe('done');
    const { body } = await clients.arm('GET', `${APP}/revisions`);
    expect(body.value).toMatchObject([{ properties: { healthState: 'Unhealthy', runningState: 'Failed' } }]);
    expect(await write('PUT', appBody(around, { template: withInit('app:v1') }))).toBe('done');
  });
});
