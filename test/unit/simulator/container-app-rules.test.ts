import { describe, expect, it } from 'vitest';
import { appProblem } from '../../../src/simulator/container-apps/app-rules.ts';
import type { ManagedEnvironment, Workload } from '../../../src/simulator/container-apps/model.ts';

const identity =
  '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo';
const environment: ManagedEnvironment = {
  id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.App/managedEnvironments/cae-demo',
  location: 'West Europe',
  properties: {
    provisioningState: 'Succeeded',
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
  },
};

type Properties = NonNullable<Workload['properties']>;
type Changes = {
  [Key in 'configuration' | 'template']?: Partial<NonNullable<Properties[Key]>>;
} & { container?: object; workloadProfileName?: string; environmentId?: string; identity?: Workload['identity'] };

function app(changes: Changes = {}): Workload {
  return {
    location: 'westeurope',
    identity: changes.identity ?? { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } },
    properties: {
      environmentId: changes.environmentId ?? environment.id,
      workloadProfileName: changes.workloadProfileName ?? 'Consumption',
      configuration: {
        ingress: { external: true, targetPort: 3000 },
        registries: [{ server: 'crdemo.azurecr.io', identity }],
        secrets: [{ name: 'db-url', keyVaultUrl: 'https://kv-demo.vault.azure.net/secrets/db-url/0123abcd', identity }],
        ...changes.configuration,
      },
      template: {
        containers: [
          {
            name: 'app',
            image: 'crdemo.azurecr.io/app:1',
            resources: { cpu: 0.5, memory: '1Gi' },
            env: [{ name: 'DB_URL', secretRef: 'db-url' }],
            ...changes.container,
          },
        ],
        ...changes.template,
      },
    },
  };
}

function code(workload: Workload, name = 'api', env: ManagedEnvironment | undefined = environment): string | undefined {
  return appProblem(name, workload, env, ['api--one'])?.code;
}

describe('a container app as Container Apps checks it', () => {
  it('is accepted as in the recorded deployments', () => {
    expect(code(app())).toBeUndefined();
  });

  it.each(['Api', '1api', 'api-', 'a--b', 'a', 'a'.repeat(33), 'api_x'])('cannot be called %s', (name) => {
    expect(code(app(), name)).toBe('ContainerAppInvalidName');
  });

  it.each([
    [0.25, '0.5Gi'],
    [0.5, '1.0Gi'],
    [4, '8Gi'],
  ])('may have %d CPU with %s', (cpu, memory) => {
    expect(code(app({ container: { resources: { cpu, memory } } }))).toBeUndefined();
  });

  it.each([
    [0.5, '2Gi'],
    [0.3, '0.6Gi'],
    [4.25, '8.5Gi'],
    [1, '2048Mi'],
  ])('may not have %d CPU with %s', (cpu, memory) => {
    expect(code(app({ container: { resources: { cpu, memory } } }))).toBe('ContainerAppInvalidResourceTotal');
  });

  it.each([[[]], [null], [undefined]])(
    'names no workload profile in an environment whose profiles are %j',
    (workloadProfiles) => {
      const without = { ...environment, properties: { provisioningState: 'Succeeded', workloadProfiles } };
      expect(appProblem('demo', app(), without as ManagedEnvironment, [])?.code).toBe('WorkloadProfileNameNotAllowed');
      const { workloadProfileName: _, ...properties } = app().properties ?? {};
      expect(appProblem('demo', { ...app(), properties }, without as ManagedEnvironment, [])).toBeUndefined();
    },
  );

  it.each<[string, Changes, string]>([
    ['an environment id that is none', { environmentId: '/subscriptions/s' }, 'InvalidEnvironmentId'],
    ['a workload profile the environment lacks', { workloadProfileName: 'D4' }, 'WorkloadProfileNotFound'],
    [
      'a secret put back without its value',
      { configuration: { secrets: [{ name: 'db-url' }] } },
      'ContainerAppSecretInvalid',
    ],
    [
      'a Key Vault reference without identity',
      { configuration: { secrets: [{ name: 'db-url', keyVaultUrl: 'https://kv-demo.vault.azure.net/secrets/x' }] } },
      'ContainerAppSecretInvalid',
    ],
    [
      'a Key Vault url that is none',
      {
        configuration: {
          secrets: [{ name: 'db-url', identity, keyVaultUrl: 'https://kv-demo.vault.azure.net/keys/x' }],
        },
      },
      'ContainerAppSecretKeyVaultUrlInvalid',
    ],
    [
      'a secret name in capitals',
      { configuration: { secrets: [{ name: 'DB', value: 'x' }] } },
      'ContainerAppInvalidSecretName',
    ],
    ['an identity that is not assigned', { identity: { type: 'None' } }, 'ManagedIdentityNotAssigned'],
    [
      'a reference to a secret that is not there',
      { container: { env: [{ name: 'X', secretRef: 'other' }] } },
      'ContainerAppSecretRefNotFound',
    ],
    [
      'a registry password that is not there',
      { configuration: { registries: [{ server: 'x.io', username: 'u', passwordSecretRef: 'other' }] } },
      'ContainerAppRegistriesPasswordSecretRefNotFound',
    ],
    [
      'a registry entry for an identity and a password at once',
      { configuration: { registries: [{ server: 'x.io', identity, username: 'u', passwordSecretRef: 'db-url' }] } },
      'InvalidParameterValueInContainerTemplate',
    ],
    [
      'a scale rule that reads a secret that is not there',
      { template: { scale: { rules: [{ name: 'q', custom: { auth: [{ secretRef: 'other' }] } }] } as object } },
      'ContainerAppSecretRefNotFound',
    ],
    [
      'a volume of a secret that is not there',
      { template: { volumes: [{ name: 'v', storageType: 'Secret', secrets: [{ secretRef: 'other' }] }] } as object },
      'ContainerAppSecretRefNotFound',
    ],
    ['no container', { template: { containers: [] } }, 'InvalidParameterValueInContainerTemplate'],
    ['no image', { container: { image: undefined } }, 'ContainerAppImageRequired'],
    ['a container name with a dot', { container: { name: 'my.app' } }, 'ContainerAppContainerNameInvalid'],
    [
      'two probes of a kind',
      {
        container: {
          probes: [
            { type: 'Liveness', tcpSocket: { port: 1 } },
            { type: 'Liveness', tcpSocket: { port: 2 } },
          ],
        },
      },
      'InvalidParameterValueInContainerTemplate',
    ],
    [
      'a probe of nothing',
      { container: { probes: [{ type: 'Liveness' }] } },
      'InvalidParameterValueInContainerTemplate',
    ],
    [
      'external tcp without a network of its own',
      { configuration: { ingress: { external: true, transport: 'tcp', targetPort: 5672, exposedPort: 5672 } } },
      'ContainerAppTcpRequiresVnet',
    ],
    [
      'an exposed port for http',
      { configuration: { ingress: { external: true, targetPort: 80, exposedPort: 8080 } } },
      'InvalidParameterValueInContainerTemplate',
    ],
    [
      'weights that do not add up',
      {
        configuration: { ingress: { external: true, targetPort: 80, traffic: [{ latestRevision: true, weight: 90 }] } },
      },
      'InvalidTrafficWeights',
    ],
    [
      'traffic for an unknown revision',
      {
        configuration: {
          activeRevisionsMode: 'Multiple',
          ingress: { external: true, targetPort: 80, traffic: [{ revisionName: 'api--two', weight: 100 }] },
        },
      },
      'RevisionNotFound',
    ],
    [
      'more replicas at least than at most',
      { template: { scale: { minReplicas: 5, maxReplicas: 2 } } },
      'InvalidParameterValueInContainerTemplate',
    ],
    ['a suffix in capitals', { template: { revisionSuffix: 'V1' } }, 'InvalidParameterValueInContainerTemplate'],
  ])('is refused with %s', (_, changes, expected) => {
    expect(code(app(changes))).toBe(expected);
  });

  it('accepts traffic for a revision that exists or that it is about to make', () => {
    const traffic = (revisionName: string): Changes => ({
      template: { ...app().properties?.template, revisionSuffix: 'two' },
      configuration: {
        activeRevisionsMode: 'Multiple',
        ingress: { external: true, targetPort: 80, traffic: [{ revisionName, weight: 100 }] },
      },
    });
    expect(code(app(traffic('api--one')))).toBeUndefined();
    expect(code(app(traffic('api--two')))).toBeUndefined();
  });

  it('accepts internal tcp, and external tcp in a network of its own', () => {
    const tcp = (external: boolean): Changes => ({
      configuration: { ingress: { external, transport: 'tcp', targetPort: 5672, exposedPort: 5672 } },
    });
    expect(code(app(tcp(false)))).toBeUndefined();
    const withNetwork = {
      ...environment,
      properties: { ...environment.properties, vnetConfiguration: { infrastructureSubnetId: '/subnet' } },
    };
    expect(code(app(tcp(true)), 'api', withNetwork)).toBeUndefined();
  });

  it('waits for its environment', () => {
    const making = { ...environment, properties: { ...environment.properties, provisioningState: 'Waiting' } };
    expect(code(app(), 'api', making)).toBe('ManagedEnvironmentNotReadyForAppCreation');
    expect(appProblem('api', app(), undefined, [])).toMatchObject({ status: 404, code: 'ManagedEnvironmentNotFound' });
  });
});
