import { describe, expect, it } from 'vitest';
import { appProblem } from '../../../src/simulator/container-apps/app-rules.ts';
import { externalPortProblem } from '../../../src/simulator/container-apps/ingress-rules.ts';
import type { ManagedEnvironment } from '../../../src/simulator/container-apps/model.ts';
import { app, type Changes, code, environment, identity, type Properties } from '../../helpers/container-app.ts';

type Case = [string, Changes, string];
type Ingress = NonNullable<NonNullable<Properties['configuration']>['ingress']>;

/** What is wrong with the ingress of an app. */
function ingressCases(): Case[] {
  const mapping = (targetPort: number, more: object = {}) => ({ external: false, targetPort, ...more });
  const rule = (name: string, action: string, ipAddressRange = '203.0.113.0/24') => ({ name, action, ipAddressRange });
  const wrong: readonly [string, Partial<Ingress>, string?][] = [
    ['session affinity of several revisions', { stickySessions: { affinity: 'sticky' } }, 'Multiple'],
    ['session affinity of tcp', { external: false, transport: 'tcp', stickySessions: { affinity: 'sticky' } }],
    ['cors of tcp', { external: false, transport: 'tcp', corsPolicy: { allowedOrigins: ['*'] } }],
    ['client certificates of tcp', { external: false, transport: 'tcp', clientCertificateMode: 'require' }],
    ['six further ports', { additionalPortMappings: [1, 2, 3, 4, 5, 6].map((port) => mapping(port)) }],
    ['a further port that is the first', { additionalPortMappings: [mapping(3000)] }],
    ['a port exposed twice', { additionalPortMappings: [mapping(4000), mapping(4001, { exposedPort: 4000 })] }],
    ['an external further port without a network', { additionalPortMappings: [mapping(4000, { external: true })] }],
    ['a port beyond the last', { additionalPortMappings: [mapping(70_000)] }],
    ['rules that allow and deny', { ipSecurityRestrictions: [rule('a', 'Allow'), rule('b', 'Deny')] }],
    ['two rules of a name', { ipSecurityRestrictions: [rule('a', 'Allow'), rule('a', 'Allow', '198.51.100.7')] }],
    ['a range that is none', { ipSecurityRestrictions: [rule('a', 'Allow', '203.0.113.0/33')] }],
    ['a range of IPv6', { ipSecurityRestrictions: [rule('a', 'Allow', '2001:db8::/32')] }],
  ];
  return wrong.map(([title, ingress, activeRevisionsMode = 'Single']) => [
    title,
    { configuration: { activeRevisionsMode, ingress: { external: true, targetPort: 3000, ...ingress } } },
    'InvalidParameterValueInContainerTemplate',
  ]);
}

/** Numbers of probes that are out of range. */
function probeCases(): Case[] {
  const failures = 'ContainerAppProbeFailureThresholdOutOfRange';
  const wrong: readonly [object, string?][] = [
    [{ type: 'Liveness', failureThreshold: 31 }, failures],
    [{ type: 'Readiness', failureThreshold: 49 }, failures],
    [{ type: 'Startup', failureThreshold: 241 }, failures],
    [{ type: 'Startup', failureThreshold: 0 }, failures],
    [{ type: 'Readiness', initialDelaySeconds: 61 }],
    [{ type: 'Readiness', periodSeconds: 0 }],
    [{ type: 'Readiness', timeoutSeconds: 241 }],
    [{ type: 'Readiness', successThreshold: 11 }],
    [{ type: 'Liveness', successThreshold: 2 }],
  ];
  return wrong.map(([probe, expected = 'InvalidParameterValueInContainerTemplate']) => [
    `the probe ${JSON.stringify(probe)}`,
    { container: { probes: [{ tcpSocket: { port: 3000 }, ...probe }] } },
    expected,
  ]);
}

describe('a container app as Container Apps checks it', () => {
  it('is accepted with all that an ingress, a template and probes may say', () => {
    const ingress: Ingress = {
      ...{ external: true, targetPort: 3000, transport: 'http2', clientCertificateMode: 'accept' },
      stickySessions: { affinity: 'sticky' },
      corsPolicy: { allowedOrigins: ['https://example.org'] },
      ipSecurityRestrictions: [{ name: 'office', action: 'Allow', ipAddressRange: '203.0.113.7' }],
      additionalPortMappings: [{ external: false, targetPort: 443 }],
    };
    const probes = [
      { type: 'Liveness', tcpSocket: { port: 3000 }, failureThreshold: 30 },
      { type: 'Readiness', tcpSocket: { port: 3000 }, failureThreshold: 48, successThreshold: 10 },
      { type: 'Startup', tcpSocket: { port: 3000 }, failureThreshold: 240, initialDelaySeconds: 0 },
    ];
    const resources = (cpu: number, memory: string) => ({ image: 'x', resources: { cpu, memory } });
    const template = {
      containers: [
        { name: 'app', ...resources(0.3, '0.75Gi'), probes },
        { name: 'sidecar', ...resources(0.2, '0.25Gi') },
      ],
      initContainers: [{ name: 'init', ...resources(0.5, '1Gi') }],
      terminationGracePeriodSeconds: 90,
    } as Changes['template'];
    expect(
      code(app({ configuration: { activeRevisionsMode: 'Single', ingress }, ...(template && { template }) })),
    ).toBe(undefined);
  });

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
    ...ingressCases(),
    ...probeCases(),
    [
      'more cpu for an init container than for all others',
      { template: { initContainers: [{ name: 'init', image: 'x', resources: { cpu: 0.75, memory: '1Gi' } }] } },
      'ContainerAppInitContainersInvalidCpu',
    ],
    [
      'more memory for an init container than for all others',
      { template: { initContainers: [{ name: 'init', image: 'x', resources: { cpu: 0.5, memory: '1.5Gi' } }] } },
      'ContainerAppInitContainersInvalidMemory',
    ],
    [
      'an init container of the name of another one',
      { template: { initContainers: [{ name: 'app', image: 'x', resources: { cpu: 0.25, memory: '0.5Gi' } }] } },
      'InvalidParameterValueInContainerTemplate',
    ],
    [
      'less than no time to end',
      { template: { terminationGracePeriodSeconds: -1 } },
      'InvalidParameterValueInContainerTemplate',
    ],
    ['a suffix in capitals', { template: { revisionSuffix: 'V1' } }, 'InvalidParameterValueInContainerTemplate'],
  ])('is refused with %s', (_, changes, expected) => {
    expect(code(app(changes))).toBe(expected);
  });

  it('has an external port that no other app of its environment has, tcp ports inside of it being its own', () => {
    const tcp = (external: boolean): Ingress => ({ external, transport: 'tcp', targetPort: 5672 });
    const mapped = (external: boolean): Ingress => ({
      external: true,
      targetPort: 80,
      additionalPortMappings: [{ external, targetPort: 1, exposedPort: 5672 }],
    });
    expect(externalPortProblem(tcp(true), [undefined, tcp(true)])?.message).toContain(
      '5672: exposedPort already in use',
    );
    expect(externalPortProblem(mapped(true), [tcp(true)])?.message).toContain('5672: exposedPort already in use');
    expect(externalPortProblem(mapped(false), [tcp(true)])).toBeUndefined();
    expect(externalPortProblem(tcp(true), [tcp(false), mapped(false)])).toBeUndefined();
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
