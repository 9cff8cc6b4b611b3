import { describe, expect, it } from 'vitest';
import { symbolicOutputs } from '../../../src/domain/outputs.ts';
import { migrationContainer } from '../../../src/resources/app/migration.ts';
import { containerApp, isSideBySide } from '../../../src/resources/container-app.ts';
import { isJsonObject, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { withChosenServices } from '../../helpers/chosen-services.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';

const config = withChosenServices(deploymentConfig());
const services = [...config.services.application, ...config.services.infrastructure];

function serviceOf(key: string) {
  const service = services.find((one) => one.key === key);
  if (!service) throw new Error(`there is no service ${key}`);
  return service;
}

function bodyOf(key: string): JsonObject {
  return containerApp({ environment: 'default', config, outputs: symbolicOutputs().reader }, serviceOf(key)).body;
}

function ingressOf(key: string) {
  return jsonAt(bodyOf(key), 'properties.configuration.ingress');
}

function containersOf(key: string, list = 'containers'): readonly JsonObject[] {
  const found = jsonAt(bodyOf(key), `properties.template.${list}`);
  return Array.isArray(found) ? found.filter(isJsonObject) : [];
}

describe('the body of an app', () => {
  it('is without ingress and probes for a worker, which has those that it asks for', () => {
    expect(ingressOf('plain')).toBeUndefined();
    expect(containersOf('plain')).toMatchObject([{ name: 'plain', probes: [] }]);
    expect(containersOf('worker')).toMatchObject([
      {
        command: ['/bin/sh', '-c', 'node worker.js'],
        probes: [{ type: 'Liveness', tcpSocket: { port: 9000 }, periodSeconds: 10 }],
      },
    ]);
    expect([isSideBySide(serviceOf('plain')), isSideBySide(serviceOf('worker'))]).toEqual([false, false]);
  });

  it('has http/2 for gRPC, side by side, and tcp checks where no path is said', () => {
    expect(ingressOf('grpc')).toMatchObject({ transport: 'http2', targetPort: 50051 });
    expect(isSideBySide(serviceOf('grpc'))).toBe(true);
    expect(containersOf('grpc')[0]?.probes).toEqual([
      { type: 'Startup', tcpSocket: { port: 50051 }, periodSeconds: 5, failureThreshold: 30 },
      { type: 'Liveness', tcpSocket: { port: 50051 }, periodSeconds: 10 },
      { type: 'Readiness', httpGet: { path: '/ready', port: 50051 }, periodSeconds: 10 },
    ]);
  });

  it('has no probes where they are switched off, all or one', () => {
    expect(containersOf('quiet')[0]?.probes).toEqual([]);
    expect(containersOf('shop')[0]?.probes).toEqual([
      { type: 'Startup', tcpSocket: { port: 9090 }, periodSeconds: 5, failureThreshold: 240 },
      {
        type: 'Readiness',
        httpGet: {
          path: '/ready',
          port: 8080,
          scheme: 'HTTPS',
          httpHeaders: [{ name: 'Host', value: 'shop' }],
        },
        periodSeconds: 10,
        successThreshold: 2,
      },
    ]);
  });

  it('has what an ingress may say, in one revision where clients come back to it', () => {
    expect(jsonAt(bodyOf('shop'), 'properties.configuration.activeRevisionsMode')).toBe('Single');
    expect(ingressOf('shop')).toMatchObject({
      additionalPortMappings: [
        { external: false, targetPort: 9090, exposedPort: 9090 },
        { external: false, targetPort: 9091, exposedPort: 99 },
      ],
      corsPolicy: {
        allowedOrigins: ['https://example.org'],
        allowedMethods: ['GET'],
        allowedHeaders: ['*'],
        exposeHeaders: ['etag'],
        maxAge: 60,
        allowCredentials: true,
      },
      ipSecurityRestrictions: [{ name: 'office', ipAddressRange: '203.0.113.0/24', action: 'Allow' }],
      clientCertificateMode: 'accept',
      stickySessions: { affinity: 'sticky' },
    });
    expect(ingressOf('broker')).toMatchObject({
      ...{ transport: 'tcp', exposedPort: 5672 },
      additionalPortMappings: [{ external: false, targetPort: 15672, exposedPort: 15672 }],
    });
  });

  it('has containers beside and before its own, with the image of the service where they name none', () => {
    const [own, proxy, beat] = containersOf('shop');
    expect(own).toMatchObject({ name: 'shop', command: ['node', 'server.js'], args: ['--verbose'] });
    expect(proxy).toMatchObject({
      ...{ name: 'proxy', image: 'envoyproxy/envoy:v1.31', resources: { cpu: 0.25, memory: '0.5Gi' }, env: [] },
      probes: [{ type: 'Liveness', tcpSocket: { port: 9901 } }],
    });
    expect(beat).toMatchObject({ image: own?.image, env: [{ name: 'MODE', value: 'beat' }], probes: [] });
    const [prepare, fetch] = containersOf('shop', 'initContainers');
    expect(prepare).toMatchObject({ image: own?.image, args: ['now'], resources: { cpu: 0.5, memory: '1Gi' } });
    expect(fetch).toMatchObject({ image: 'curlimages/curl:8.10.1', resources: { cpu: 0.25, memory: '0.5Gi' } });
    expect(jsonAt(bodyOf('shop'), 'properties.template.terminationGracePeriodSeconds')).toBe(90);
  });

  it('has a rule for each measure, time and queue by which it scales', () => {
    expect(jsonAt(bodyOf('plain'), 'properties.template.scale')).toEqual({ minReplicas: 1, maxReplicas: 1 });
    expect(jsonAt(bodyOf('shop'), 'properties.template.scale.rules')).toEqual([
      { name: 'http', http: { metadata: { concurrentRequests: '50' } } },
      { name: 'cpu', custom: { type: 'cpu', metadata: { type: 'Utilization', value: '70' } } },
      { name: 'memory', custom: { type: 'memory', metadata: { type: 'Utilization', value: '80' } } },
    ]);
    expect(jsonAt(bodyOf('cache'), 'properties.template.scale.rules')).toEqual([
      { name: 'tcp', tcp: { metadata: { concurrentConnections: '100' } } },
    ]);
    const identity = jsonAt(bodyOf('queue'), 'properties.configuration.identitySettings');
    const [{ identity: id }] = identity as [{ identity: string }];
    const office = { timezone: 'Europe/Berlin', start: '0 8 * * 1-5', end: '0 18 * * 1-5', desiredReplicas: '2' };
    expect(jsonAt(bodyOf('queue'), 'properties.template.scale')).toEqual({
      ...{ minReplicas: 0, maxReplicas: 5, pollingInterval: 10, cooldownPeriod: 60 },
      rules: [
        { name: 'office', custom: { type: 'cron', metadata: office } },
        {
          name: 'jobs',
          custom: {
            type: 'rabbitmq',
            metadata: { queueName: 'jobs', mode: 'QueueLength', value: '20' },
            auth: [{ secretRef: 'token', triggerParameter: 'host' }],
          },
        },
        {
          name: 'orders',
          custom: {
            type: 'azure-servicebus',
            metadata: { queueName: 'orders', namespace: 'shop', messageCount: '5' },
            identity: id,
          },
        },
      ],
    });
  });

  it('refers to the secrets of scalers, a new revision for each version of them, and is one at a time with events', () => {
    expect(jsonAt(bodyOf('queue'), 'properties.configuration.secrets')).toMatchObject([{ name: 'token' }]);
    expect(containersOf('queue')[0]?.env).toMatchObject([{ name: 'DRAFTGENIE_SECRETS_VERSION' }]);
    expect(containersOf('plain')[0]?.env).toEqual([]);
    const own = { ...serviceOf('grpc'), maxReplicas: 2 };
    expect(isSideBySide({ ...own, scale: { http: 5, cpu: 50 } })).toBe(true);
    expect(isSideBySide({ ...own, scale: { rules: { jobs: { type: 'kafka', metadata: {} } } } })).toBe(false);
  });

  it('has the volumes of a replica where its containers want them', () => {
    expect(jsonAt(bodyOf('shop'), 'properties.template.volumes')).toEqual([
      { name: 'scratch', storageType: 'EmptyDir' },
      { name: 'certs', storageType: 'Secret', secrets: [{ secretRef: 'token', path: 'tls.key' }] },
      {
        name: 'media',
        storageType: 'AzureFile',
        storageName: expect.stringMatching(/^share-media-[0-9a-f]{8}$/),
        mountOptions: 'nobrl',
      },
      { name: 'seen', storageType: 'AzureFile', storageName: expect.stringMatching(/^share-media-[0-9a-f]{8}$/) },
    ]);
    const [own, proxy, beat] = containersOf('shop');
    expect(own?.volumeMounts).toEqual([
      { volumeName: 'scratch', mountPath: '/tmp/scratch' },
      { volumeName: 'certs', mountPath: '/etc/certs' },
      { volumeName: 'media', mountPath: '/media' },
      { volumeName: 'seen', mountPath: '/seen' },
    ]);
    expect(proxy).not.toHaveProperty('volumeMounts');
    expect(beat?.volumeMounts).toEqual([{ volumeName: 'scratch', mountPath: '/work' }]);
    expect(containersOf('shop', 'initContainers')[1]?.volumeMounts).toEqual([
      { volumeName: 'scratch', mountPath: '/out' },
    ]);
    expect(jsonAt(bodyOf('plain'), 'properties.template.volumes')).toBeUndefined();
  });

  it('refers to the secrets of all of its containers, and changes each container whose secrets change', () => {
    expect(jsonAt(bodyOf('shop'), 'properties.configuration.secrets')).toMatchObject([{ name: 'token' }]);
    const names = (containers: readonly JsonObject[]) => JSON.stringify(containers.map(({ env }) => env));
    expect(names(containersOf('shop', 'initContainers'))).toContain('DRAFTGENIE_SECRETS_VERSION');
    // Its own container reads the files of a volume.
    expect(names(containersOf('shop').slice(0, 1))).toContain('DRAFTGENIE_SECRETS_VERSION');
    expect(names(containersOf('shop').slice(1))).not.toContain('DRAFTGENIE_SECRETS_VERSION');
  });

  it('has a migration as large as all of its containers, whose sum alone may be what Azure takes', () => {
    const service = { ...serviceOf('shop'), migration: { command: ['migrate'], requires: [], isDefault: false } };
    const input = { environment: 'default', config, outputs: symbolicOutputs().reader };
    expect(migrationContainer(input, service)).toMatchObject({ resources: { cpu: 1, memory: '2Gi' } });
    expect(migrationContainer(input, { ...serviceOf('quiet'), migration: service.migration })).toMatchObject({
      resources: { cpu: 0.5, memory: '1Gi' },
    });
  });
});
