import { describe, expect, it } from 'vitest';
import { app, type Changes, code, identity } from '../../helpers/container-app.ts';

type Case = [string, Changes, string];

/** What is wrong with how an app scales. */
function scaleCases(): Case[] {
  const custom = (name: string, more: object = {}) => ({ name, custom: { type: 'kafka', metadata: {}, ...more } });
  const wrong: readonly [object, string?][] = [
    [{ pollingInterval: 0 }],
    [{ cooldownPeriod: -1 }],
    [{ rules: [custom('My Rule')] }, 'ContainerAppInvalidPropertyValue'],
    [{ rules: [{ custom: { type: 'kafka' } }] }, 'ContainerAppInvalidPropertyValue'],
    [{ rules: [custom('q'), custom('q')] }],
    [{ rules: [{ name: 'q' }] }],
    [{ rules: [{ ...custom('q'), http: { metadata: { concurrentRequests: '5' } } }] }],
    [{ rules: [{ name: 'q', http: { metadata: { concurrentRequests: '0' } } }] }],
    [{ rules: [{ name: 'q', tcp: { metadata: { concurrentConnections: 'many' } } }] }],
    [{ rules: [custom('q', { type: '' })] }],
    [{ rules: [custom('q', { auth: [{ secretRef: 'db-url' }] })] }],
    [
      { rules: [custom('q', { auth: [{ secretRef: 'nope', triggerParameter: 'x' }] })] },
      'ContainerAppSecretRefNotFound',
    ],
    [{ rules: [custom('q', { identity: `${identity}-2` })] }, 'ManagedIdentityNotAssigned'],
    [{ rules: [custom('q', { identity: 'system' })] }, 'ManagedIdentityNotAssigned'],
  ];
  return wrong.map(([scale, expected = 'InvalidParameterValueInContainerTemplate']) => [
    `the scale ${JSON.stringify(scale)}`,
    { template: { scale } },
    expected,
  ]);
}

/** What is wrong with volumes and their places. */
function volumeCases(): Case[] {
  const volumes = [{ name: 'a', storageType: 'EmptyDir' }];
  const mount = (mountPath?: string, volumeName = 'a') => ({ volumeName, ...(mountPath && { mountPath }) });
  const invalid = 'InvalidParameterValueInContainerTemplate';
  const wrong: readonly [string, object[], object[], string][] = [
    ['a mount of nothing', [], [mount('/a')], 'ContainerAppInvalidVolumeMount'],
    ['a mount at the root', volumes, [mount('/')], 'ContainerAppInvalidMountPath'],
    ['a mount without a path', volumes, [mount()], 'ContainerAppInvalidMountPath'],
    ['a mount with a colon', volumes, [mount('/a:b')], 'ContainerAppInvalidMountPath'],
    ['two mounts in one place', volumes, [mount('/a'), mount('/a')], invalid],
    ['a volume twice', [...volumes, ...volumes], [mount('/a')], invalid],
    ['a volume with a dot', [{ name: 'a.json', storageType: 'EmptyDir' }], [], invalid],
    ['the volume of the platform', [{ name: 'envoy-config', storageType: 'EmptyDir' }], [], invalid],
  ];
  return wrong.map(([title, some, volumeMounts, expected]) => [
    title,
    { template: { volumes: some }, container: { volumeMounts } },
    expected,
  ]);
}

describe('the template of a container app as Container Apps checks it', () => {
  it('is accepted with volumes in all of its containers', () => {
    const volumes = [
      { name: 'a', storageType: 'EmptyDir' },
      { name: 'b', storageType: 'Secret', secrets: [{ secretRef: 'db-url', path: 'url' }] },
    ];
    const mounts = {
      volumeMounts: [
        { volumeName: 'a', mountPath: '/a' },
        { volumeName: 'b', mountPath: '/b' },
      ],
    };
    const initContainers = [{ name: 'init', image: 'x', ...mounts }];
    expect(code(app({ template: { volumes, initContainers }, container: mounts }))).toBeUndefined();
  });

  it('is accepted with rules of every kind', () => {
    const scale = {
      ...{ minReplicas: 0, maxReplicas: 5, pollingInterval: 1, cooldownPeriod: 0 },
      rules: [
        { name: 'http', http: { metadata: { concurrentRequests: '50' } } },
        { name: 'tcp', tcp: { metadata: { concurrentConnections: '50' } } },
        { name: 'cpu.1', custom: { type: 'cpu', metadata: { type: 'Utilization', value: '70' } } },
        { name: 'queue', azureQueue: { queueName: 'q', queueLength: 5, identity } },
        { name: 'bus', custom: { type: 'azure-servicebus', identity } },
        { name: 'rabbit', custom: { type: 'rabbitmq', auth: [{ secretRef: 'db-url', triggerParameter: 'host' }] } },
      ],
    };
    expect(code(app({ template: { scale: scale as object } }))).toBeUndefined();
  });

  it.each<Case>([...scaleCases(), ...volumeCases()])('is refused with %s', (_, changes, expected) => {
    expect(code(app(changes))).toBe(expected);
  });
});
