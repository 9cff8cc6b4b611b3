import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import {
  type AppState,
  appView,
  appWriteProblem,
  identityView,
  revisionSet,
  writeApp,
} from '../../../src/simulator/container-apps/app.ts';
import { type Cloud, type CloudResource, Role } from '../../../src/simulator/container-apps/cloud.ts';
import {
  executionBody,
  executionReplicaBody,
  type JobState,
  type ToldOutcome,
} from '../../../src/simulator/container-apps/execution.ts';
import {
  jobView,
  jobWriteFailure,
  jobWriteProblem,
  startJob,
  stopExecution,
} from '../../../src/simulator/container-apps/job.ts';
import { executionLog } from '../../../src/simulator/container-apps/logs/execution-log.ts';
import { logSource } from '../../../src/simulator/container-apps/logs/log-stream.ts';
import { replicaBodies, revisionBody } from '../../../src/simulator/container-apps/revision-view.ts';
import { setSecret } from '../../../src/simulator/key-vault/secret-store.ts';
import { unknownImage } from '../../../src/simulator/registry/image.ts';

const GROUP = '/subscriptions/s/resourceGroups/rg/providers';
const IDENTITY = `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo`;
const ENVIRONMENT = `${GROUP}/Microsoft.App/managedEnvironments/cae-demo`;
const APP = `${GROUP}/Microsoft.App/containerApps/api`;
const JOB = `${GROUP}/Microsoft.App/jobs/api-migrate`;
const VAULT = `${GROUP}/Microsoft.KeyVault/vaults/kv-demo`;
const REGISTRY = `${GROUP}/Microsoft.ContainerRegistry/registries/crdemo`;
const DIGEST = `sha256:${'a'.repeat(64)}`;
const NOW = Date.parse('2026-04-09T19:26:00.000Z');

function resource(id: string, properties: JsonObject): CloudResource {
  return { id, name: id.slice(id.lastIndexOf('/') + 1), body: { location: 'westeurope', properties } };
}

const resources = [
  resource(IDENTITY, { principalId: 'p1', clientId: 'c1' }),
  resource(ENVIRONMENT, {
    provisioningState: 'Succeeded',
    defaultDomain: 'wittyhill-8a009f22.westeurope.azurecontainerapps.io',
  }),
  resource(VAULT, {}),
  resource(REGISTRY, { loginServer: 'crdemo.azurecr.io' }),
];

const everyRole = [Role.acrPull, Role.keyVaultSecretsUser];

function cloud(
  changes: { roles?: readonly string[]; now?: number; secrets?: boolean; failingJob?: boolean } = {},
): Cloud {
  const store = {};
  if (changes.secrets !== false) setSecret(store, 'db-url', { value: 'x' }, 0);
  const find = (id: string) => resources.find((one) => one.id.toLowerCase() === id.toLowerCase());
  return {
    now: changes.now ?? NOW,
    duration: (seconds) => seconds * 1000,
    varied: (seconds) => seconds,
    resource: find,
    resourcesOfType: (type) => resources.filter(({ id }) => id.toLowerCase().includes(`/${type.toLowerCase()}/`)),
    hasRole: (principal, _, roles) =>
      principal === 'p1' && roles.some((role) => (changes.roles ?? everyRole).includes(role)),
    secretsOf: () => store,
    contentOf: () => ({
      loginServer: 'crdemo.azurecr.io',
      runs: [],
      pushes: [
        {
          repository: 'app',
          tag: 'v1',
          digest: DIGEST,
          pushedAt: new Date(0).toISOString(),
          behaviour: {
            ...unknownImage,
            exposedPorts: [8080],
            failingJob: changes.failingJob ? { exitCode: 7, console: ['relation exists'] } : null,
          },
        },
      ],
    }),
    mountFailure: () => undefined,
    isRegistryUser: () => false,
    foreignImages: {},
    lookup: () => [],
    customDomainVerificationId: 'A'.repeat(64),
    unhealthy: {},
  };
}

function body(image = 'crdemo.azurecr.io/app:v1', changes: JsonObject = {}): JsonObject {
  return {
    location: 'westeurope',
    identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
    properties: {
      environmentId: ENVIRONMENT,
      configuration: {
        ingress: { external: true, targetPort: 8080, transport: 'http' },
        triggerType: 'Manual',
        replicaTimeout: 600,
        registries: [{ server: 'crdemo.azurecr.io', identity: IDENTITY }],
        secrets: [
          { name: 'db-url', keyVaultUrl: 'https://kv-demo.vault.azure.net/secrets/db-url', identity: IDENTITY },
        ],
      },
      template: { containers: [{ name: 'app', image, resources: { cpu: 0.5, memory: '1Gi' } }], ...changes },
    },
  };
}

describe('writing a container app', () => {
  it('makes a revision that becomes ready some time after the operation', () => {
    const state: AppState = { revisions: [] };
    expect(appWriteProblem(cloud(), APP, body(), state)).toBeUndefined();
    expect(writeApp(cloud(), APP, body(), state, NOW + 20_000)).toBeUndefined();
    const view = (second: number) => appView(cloud({ now: NOW + second * 1000 }), APP, body(), state);
    const name = state.revisions[0]?.name;
    expect([view(5).latestRevisionName, view(22).latestRevisionName]).toEqual(['', name]);
    expect([view(22).latestReadyRevisionName, view(30).latestReadyRevisionName]).toEqual(['', name]);
    expect(view(30).latestRevisionFqdn).toBe(`${name}.wittyhill-8a009f22.westeurope.azurecontainerapps.io`);
  });

  it('makes none for the same template, and one for another', () => {
    const state: AppState = { revisions: [] };
    writeApp(cloud(), APP, body(), state, NOW);
    writeApp(cloud(), APP, body(), state, NOW);
    expect(state.revisions).toHaveLength(1);
    writeApp(cloud(), APP, body(`crdemo.azurecr.io/app@${DIGEST}`), state, NOW);
    expect(state.revisions).toHaveLength(2);
  });

  it('fails and changes nothing when a suffix is used again for another template', () => {
    const state: AppState = { revisions: [] };
    const first = body('crdemo.azurecr.io/app:v1', { revisionSuffix: 'one' });
    writeApp(cloud(), APP, first, state, NOW);
    expect(writeApp(cloud(), APP, first, state, NOW)).toBeUndefined();
    const second = body(`crdemo.azurecr.io/app@${DIGEST}`, { revisionSuffix: 'one' });
    expect(writeApp(cloud(), APP, second, state, NOW)).toMatchObject({
      code: 'ContainerAppOperationError',
      message: expect.stringContaining('revision with suffix one already exists'),
    });
    expect(state.revisions).toHaveLength(1);
    expect(appView(cloud(), APP, second, state).template).toMatchObject({
      revisionSuffix: 'one',
      containers: [{ image: 'crdemo.azurecr.io/app:v1' }],
    });
  });

  // Azure does not say which it is: https://github.com/microsoft/azure-container-apps/issues/1159.
  it.each<[string, Parameters<typeof cloud>[0]]>([
    ['the identity may not read the vault', { roles: [Role.acrPull] }],
    ['the secret is not there', { secrets: false }],
  ])('is refused while %s', (_, changes) => {
    const problem = appWriteProblem(cloud(changes), APP, body(), { revisions: [] });
    expect(problem).toMatchObject({ status: 400, code: 'InvalidParameterValueInContainerTemplate' });
    expect(problem?.message).toContain('Unable to get value using Managed identity');
    expect(problem?.message).toContain(`Error: unable to fetch secret 'db-url'`);
  });

  it.each<[string, string, Parameters<typeof cloud>[0], string]>([
    ['the identity may not pull', 'crdemo.azurecr.io/app:v1', { roles: [Role.keyVaultSecretsUser] }, 'UNAUTHORIZED'],
    ['there is no such tag', 'crdemo.azurecr.io/app:v2', {}, 'MANIFEST_UNKNOWN'],
    ['there is no such digest', `crdemo.azurecr.io/app@sha256:${'b'.repeat(64)}`, {}, 'MANIFEST_UNKNOWN'],
    ['there is no such registry', 'other.azurecr.io/app:v1', {}, 'no such host'],
  ])('fails later, without a revision, when %s', (_, image, changes, text) => {
    const state: AppState = { revisions: [] };
    const failure = writeApp(cloud(changes), APP, body(image), state, NOW);
    expect(failure?.code).toBe('ContainerAppOperationError');
    expect(failure?.message).toContain(text);
    expect(failure?.message).toContain('image');
    expect(state.revisions).toEqual([]);
  });

  it('is refused for an identity that does not exist', () => {
    const text = JSON.stringify(body()).replaceAll('id-demo', 'id-none');
    expect(appWriteProblem(cloud(), APP, JSON.parse(text) as JsonObject, { revisions: [] })?.code).toBe(
      'FailedIdentityOperation',
    );
  });

  it('is answered with the principals of its identities and without values of secrets', () => {
    expect(identityView(cloud(), body())).toEqual({
      type: 'UserAssigned',
      userAssignedIdentities: {
        [IDENTITY.replace('resourceGroups', 'resourcegroups')]: { principalId: 'p1', clientId: 'c1' },
      },
    });
    const withValue = body();
    Object.assign((withValue.properties as JsonObject).configuration as JsonObject, {
      secrets: [{ name: 'a', value: 'hidden' }],
    });
    const view = JSON.stringify(appView(cloud(), APP, withValue, { revisions: [] }));
    expect(view).toContain('"secrets":[{"name":"a"}]');
    expect(view).not.toContain('hidden');
  });

  it('shows its revisions and their replicas with addresses of their logs', () => {
    const state: AppState = { revisions: [] };
    writeApp(cloud(), APP, body(), state, NOW);
    const set = revisionSet(cloud({ now: NOW + 60_000 }), body(), state);
    const [record] = state.revisions;
    if (!record) throw new Error('no revision');
    expect(revisionBody(set, record, APP, 'd.io').properties).toMatchObject({
      active: true,
      healthState: 'Healthy',
      runningState: 'Running',
      provisioningState: 'Provisioned',
      replicas: 1,
      trafficWeight: 100,
    });
    const stream =
      'https://westeurope.azurecontainerapps.dev/subscriptions/s/resourceGroups/rg/containerApps/api/eventstream';
    const [replica] = replicaBodies(set, record, APP, stream);
    const [container] = ((replica?.properties ?? {}) as JsonObject).containers as JsonObject[];
    expect(logSource(new URL(String(container?.logStreamEndpoint)).pathname)).toEqual({
      kind: 'containerApps',
      id: APP,
      console: { part: record.name, replica: replica?.name, container: 'app' },
    });
  });
});

describe('a job', () => {
  it('is checked like an app', () => {
    expect(jobWriteProblem(cloud(), JOB, body())).toBeUndefined();
    expect(jobWriteProblem(cloud({ roles: [] }), JOB, body())?.code).toBe('InvalidParameterValueInContainerTemplate');
    expect(jobWriteFailure(cloud(), JOB, body('crdemo.azurecr.io/app:v2'))?.code).toBe('ContainerAppOperationError');
    expect(jobView(cloud(), body(), JOB)).toMatchObject({
      configuration: { manualTriggerConfig: null },
      template: { volumes: null },
    });
  });

  function start(options: { override?: JsonObject; failingJob?: boolean; outcome?: ToldOutcome } = {}) {
    const state: JobState = { executions: [] };
    const here = cloud({ failingJob: options.failingJob ?? false });
    const reply = startJob(here, JOB, body(), state, options.override, () => options.outcome);
    return { reply, state, execution: state.executions[0] };
  }

  const view = (execution: ReturnType<typeof start>['execution'], second: number) =>
    execution ? executionBody(execution, JOB, NOW + second * 1000).properties : undefined;

  it('runs for its time and succeeds', () => {
    const { execution } = start();
    expect(view(execution, 5)).toMatchObject({ status: 'Running' });
    expect(view(execution, 5)).not.toHaveProperty('endTime');
    expect(view(execution, 30)).toMatchObject({ status: 'Succeeded', endTime: '2026-04-09T19:26:20+00:00' });
  });

  it('keeps the environment of each execution', () => {
    const override = {
      containers: [{ name: 'app', image: 'crdemo.azurecr.io/app:v1', env: [{ name: 'RUN_ID', value: 'r1' }] }],
    };
    const { execution } = start({ override });
    expect(view(execution, 30)).toMatchObject({
      template: { containers: [{ env: [{ name: 'RUN_ID', value: 'r1' }] }] },
    });
  });

  it('fails with the exit code and the words of its image, or on request', () => {
    const { execution } = start({ failingJob: true });
    expect(view(execution, 30)).toMatchObject({
      status: 'Failed',
      detailedStatus: { replicas: [{ containers: [{ code: 7 }] }] },
    });
    if (!execution) throw new Error('no execution');
    expect(executionLog(execution, NOW + 30_000).map(({ text }) => text)).toContain('relation exists');
    expect(view(start({ outcome: { ends: 'failed', exitCode: 2, console: ['no'] } }).execution, 30)).toMatchObject({
      status: 'Failed',
    });
  });

  it.each<[string, JsonObject, string]>([
    [
      'an image that is not there',
      { containers: [{ name: 'app', image: 'crdemo.azurecr.io/app:v9' }] },
      'ContainerAppOperationError',
    ],
    ['no image', { containers: [{ name: 'app' }] }, 'ContainerAppImageRequired'],
    [
      'a secret that is not there',
      { containers: [{ name: 'app', image: 'crdemo.azurecr.io/app:v1', env: [{ name: 'X', secretRef: 'none' }] }] },
      'ContainerAppSecretRefNotFound',
    ],
  ])('is not started with %s', (_, override, code) => {
    const { reply, state } = start({ override });
    expect(reply).toMatchObject({ refused: { code } });
    expect(state.executions).toEqual([]);
  });

  it('can be stopped while it runs', () => {
    const { state, execution } = start();
    expect(stopExecution(state, execution?.name ?? '', NOW + 5000)).toBe(true);
    expect(view(state.executions[0], 6)).toMatchObject({ status: 'Stopped' });
    expect(stopExecution(state, 'other', NOW)).toBe(false);
  });

  it('has replicas that say where their log is', () => {
    const { execution } = start();
    if (!execution) throw new Error('no execution');
    const stream =
      'https://westeurope.azurecontainerapps.dev/subscriptions/s/resourceGroups/rg/jobs/api-migrate/eventstream';
    const replica = executionReplicaBody(execution, JOB, stream, NOW);
    const [container] = (replica.properties as JsonObject).containers as JsonObject[];
    expect(logSource(new URL(String(container?.logStreamEndpoint)).pathname)).toMatchObject({
      kind: 'jobs',
      id: JOB,
      console: { part: execution.name },
    });
  });
});
