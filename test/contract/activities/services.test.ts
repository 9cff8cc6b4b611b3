import { describe, expect, it } from 'vitest';
import { deployApplicationServices } from '../../../src/activities/deploy-application-services.ts';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { configOf, type OwnApplication, ownApplication } from './own-application.ts';

const worker = (more = ''): string => `  worker: { dockerfile: worker.Dockerfile${more} }\n`;
const web = (more = ''): string => `  web: { dockerfile: web.Dockerfile, port: 8080${more} }\n`;

describe('a worker without a port', () => {
  it('is deployed, changed, and found as it was left', async () => {
    const app = await ownApplication(worker());
    expect(await app.ingress('worker')).toBeUndefined();
    expect((await app.container('worker')).probes).toEqual([]);
    expect(app.environment.state.steps.verify_deployment).toMatchObject({ status: 'completed' });
    expect(await app.deploy(worker())).toEqual([]);

    expect(await app.deploy(worker(', command: "./run.sh", args: [now]'))).toEqual(['worker']);
    const container = { command: ['/bin/sh', '-c', './run.sh'], args: ['now'] };
    expect(await app.container('worker')).toMatchObject(container);
    expect(await app.drift()).toEqual([]);
    const changed = { ...(await app.container('worker')), command: ['sleep'] };
    await app.change('worker', { template: { containers: [changed] } });
    expect(await app.drift()).toEqual(['app:worker properties.template.containers[worker].command']);

    expect(await app.deploy(worker())).toEqual(['worker']);
    expect(await app.container('worker')).not.toMatchObject({ command: expect.anything() });
    expect(await app.container('worker')).not.toMatchObject({ args: expect.anything() });
    expect(await app.drift()).toEqual([]);
  });

  it('gets an ingress with a port, and none without it', async () => {
    const app = await ownApplication(worker());
    const listening = '  worker: { dockerfile: web.Dockerfile, port: 8080 }\n';
    expect(await app.deploy(listening)).toContain('worker');
    expect(await app.ingress('worker')).toMatchObject({ targetPort: 8080 });
    expect((await app.container('worker')).probes).toHaveLength(3);

    expect(await app.deploy(worker())).toContain('worker');
    expect(await app.ingress('worker')).toBeUndefined();
    expect((await app.container('worker')).probes).toEqual([]);
    expect(jsonAt(await app.live('worker'), 'properties.configuration.activeRevisionsMode')).toBe('Single');
    expect(await app.deploy(worker())).toEqual([]);
    expect(await app.drift()).toEqual([]);
  });

  it('ends the run red when its replicas do not live', async () => {
    const crashing = '  worker: { dockerfile: crash.Dockerfile }\n';
    await expect(ownApplication(crashing)).rejects.toMatchObject({ code: 'service_unhealthy' });
  });

  it('has the probes that it asks for', async () => {
    const app = await ownApplication(worker(', probes: { liveness: { port: 9000, failure_threshold: 30 } }'));
    expect((await app.container('worker')).probes).toMatchObject([
      { type: 'Liveness', tcpSocket: { port: 9000 }, failureThreshold: 30 },
    ]);
  });
});

describe('a service', () => {
  it('of gRPC is reached by http/2 and released side by side', async () => {
    const app = await ownApplication(web());
    expect(await app.ingress('web')).toMatchObject({ transport: 'Auto' });
    expect(await app.deploy(web(', transport: http2'))).toEqual(['web']);
    expect(await app.ingress('web')).toMatchObject({ transport: 'Http2' });
    expect(jsonAt(await app.live('web'), 'properties.configuration.activeRevisionsMode')).toBe('Multiple');
    await app.change('web', { configuration: { ingress: { transport: 'http' } } });
    expect(await app.drift()).toEqual(['app:web properties.configuration.ingress.transport']);
  });

  it('of a prebuilt image is released side by side where it is called an application', async () => {
    const prebuilt = (tag: string): string =>
      `  web: { image: "ghcr.io/shop/web:${tag}", role: application, port: 80 }\n`;
    const app = await ownApplication(prebuilt('1'));
    expect(jsonAt(await app.live('web'), 'properties.configuration.activeRevisionsMode')).toBe('Multiple');
    const [first] = app.environment.simulator.traffic();
    expect(await app.deploy(prebuilt('1'))).toEqual([]);

    expect(await app.deploy(prebuilt('2'))).toContain('web');
    expect((await app.container('web')).image).toBe('ghcr.io/shop/web:2');
    const [second] = app.environment.simulator.traffic();
    expect(Object.values(second?.weights ?? {})).toEqual([100]);
    expect(Object.keys(second?.weights ?? {})).not.toEqual(Object.keys(first?.weights ?? {}));
    expect(await app.drift()).toEqual([]);
  });

  it('becomes tcp with further ports, and http again', async () => {
    const app = await ownApplication(web());
    await app.deploy(web(', transport: tcp, ports: [9000]'));
    const additionalPortMappings = [{ external: false, targetPort: 9000, exposedPort: 9000 }];
    expect(await app.ingress('web')).toMatchObject({ transport: 'Tcp', exposedPort: 8080, additionalPortMappings });
    expect(await app.drift()).toEqual([]);
    await app.deploy(web());
    expect(await app.ingress('web')).toMatchObject({ transport: 'Auto', exposedPort: 0, additionalPortMappings: null });
    expect(await app.drift()).toEqual([]);
  });

  it('loses the command that it had, in a revision of its own', async () => {
    const app = await ownApplication(web(', command: [node], args: [server.js]'));
    expect(await app.container('web')).toMatchObject({ command: ['node'], args: ['server.js'] });
    expect(await app.deploy(web())).toContain('web');
    expect(await app.container('web')).not.toMatchObject({ command: expect.anything() });
    expect(await app.container('web')).not.toMatchObject({ args: expect.anything() });
    expect(await app.deploy(web())).toEqual([]);
    expect(await app.drift()).toEqual([]);
  });

  it('has no probes where they are off, and those of its own where they are on again', async () => {
    const app = await ownApplication(web());
    expect((await app.container('web')).probes).toHaveLength(3);
    expect(await app.deploy(web(', probes: false'))).toContain('web');
    expect((await app.container('web')).probes).toEqual([]);
    await app.deploy(web(', probes: { startup: false, liveness: { kind: http, path: /alive, port: 8080 } }'));
    expect((await app.container('web')).probes).toMatchObject([
      { type: 'Liveness', httpGet: { path: '/alive', port: 8080 } },
      { type: 'Readiness', tcpSocket: { port: 8080 } },
    ]);
    expect(await app.drift()).toEqual([]);
  });

  it('has what its ingress is asked for, until it is asked for no more, and what others added', async () => {
    const asked = ', client_certificates: accept, cors: { origins: ["*"] }, ip_rules: { deny: { bad: 203.0.113.7 } }';
    const app = await ownApplication(web(`${asked}, termination_grace: 90`));
    const bad = { name: 'bad', ipAddressRange: '203.0.113.7', action: 'Deny' };
    expect(await app.ingress('web')).toMatchObject({
      ...{ clientCertificateMode: 'accept', corsPolicy: { allowedOrigins: ['*'] }, ipSecurityRestrictions: [bad] },
    });
    expect(jsonAt(await app.live('web'), 'properties.template.terminationGracePeriodSeconds')).toBe(90);
    expect(await app.drift()).toEqual([]);

    const theirs = { name: 'theirs', ipAddressRange: '198.51.100.7', action: 'Deny' };
    await app.change('web', { configuration: { ingress: { ipSecurityRestrictions: [bad, theirs] } } });
    expect(await app.drift()).toEqual(['app:web properties.configuration.ingress.ipSecurityRestrictions[theirs]']);

    expect(await app.deploy(web())).toContain('web');
    expect(await app.ingress('web')).toMatchObject({
      ...{ clientCertificateMode: null, corsPolicy: null, ipSecurityRestrictions: [theirs] },
    });
    expect(jsonAt(await app.live('web'), 'properties.template.terminationGracePeriodSeconds')).toBeNull();
    expect(await app.drift()).toEqual([]);
  });

  it('to whose replicas clients come back is replaced in place', async () => {
    const app = await ownApplication(web());
    await app.deploy(web(', session_affinity: true'));
    expect(await app.ingress('web')).toMatchObject({ stickySessions: { affinity: 'sticky' } });
    expect(jsonAt(await app.live('web'), 'properties.configuration.activeRevisionsMode')).toBe('Single');
    expect(await app.drift()).toEqual([]);
    await app.deploy(web());
    expect(await app.ingress('web')).toMatchObject({ stickySessions: null });
    expect(jsonAt(await app.live('web'), 'properties.configuration.activeRevisionsMode')).toBe('Multiple');
    expect(await app.drift()).toEqual([]);
  });
});

describe('what scales a service', () => {
  const scaled = (scale: string): string => worker(`, min_replicas: 0, max_replicas: 5, scale: ${scale}`);
  const rabbit = (metadata: string): string =>
    scaled(`{ cooldown: 60, rules: { jobs: { type: rabbitmq, metadata: ${metadata}, secrets: { host: token } } } }`);
  const scaleOf = async (app: OwnApplication) => jsonAt(await app.live('worker'), 'properties.template.scale') ?? null;

  it('is deployed, changed down to the last word, seen when others change it, and gone', async () => {
    const app = await ownApplication(rabbit('{ queueName: jobs, mode: QueueLength, value: 20, activationValue: 2 }'));
    const auth = [{ secretRef: 'token', triggerParameter: 'host' }];
    const custom = {
      type: 'rabbitmq',
      metadata: { queueName: 'jobs', mode: 'QueueLength', value: '20', activationValue: '2' },
      auth,
    };
    expect(await scaleOf(app)).toMatchObject({ minReplicas: 0, cooldownPeriod: 60, rules: [{ name: 'jobs', custom }] });
    expect(await app.drift()).toEqual([]);

    expect(await app.deploy(rabbit('{ queueName: jobs, mode: QueueLength, value: 20 }'))).toContain('worker');
    expect(jsonAt(await scaleOf(app), 'rules')).toEqual([
      {
        name: 'jobs',
        custom: { type: 'rabbitmq', metadata: { queueName: 'jobs', mode: 'QueueLength', value: '20' }, auth },
      },
    ]);
    expect(await app.deploy(rabbit('{ queueName: jobs, mode: QueueLength, value: 20 }'))).toEqual([]);

    const rules = jsonAt(await scaleOf(app), 'rules') as JsonObject[];
    const theirs = { name: 'theirs', custom: { type: 'cpu', metadata: { type: 'Utilization', value: '50' } } };
    await app.change('worker', { template: { scale: { rules: [...rules, theirs] } } });
    expect(await app.drift()).toEqual(['app:worker properties.template.scale.rules[theirs]']);
    const more = { name: 'jobs', custom: { ...custom, metadata: { ...custom.metadata, value: '5' } } };
    await app.change('worker', { template: { scale: { rules: [more] } } });
    expect(await app.drift()).toEqual(['app:worker properties.template.scale.rules[jobs].custom.metadata.value']);

    await app.deploy(rabbit('{ queueName: jobs, mode: QueueLength, value: 7 }'));
    await app.deploy(worker(', min_replicas: 1, max_replicas: 1'));
    expect(await scaleOf(app)).toMatchObject({ minReplicas: 1, maxReplicas: 1, cooldownPeriod: 300, rules: [] });
    expect(await app.drift()).toEqual([]);
  });

  it('becomes another kind under the same name', async () => {
    const app = await ownApplication(scaled('{ rules: { nightly: { type: temporal } } }'));
    const cron = '{ nightly: { timezone: UTC, start: 0 1 * * *, end: 0 2 * * *, replicas: 2 } }';
    expect(await app.deploy(scaled(`{ cron: ${cron} }`))).toContain('worker');
    const metadata = { timezone: 'UTC', start: '0 1 * * *', end: '0 2 * * *', desiredReplicas: '2' };
    expect(jsonAt(await scaleOf(app), 'rules')).toEqual([{ name: 'nightly', custom: { type: 'cron', metadata } }]);
    expect(await app.drift()).toEqual([]);
  });
});

describe('volumes of a service', () => {
  const certs = (...files: readonly string[]): string =>
    `volumes: { scratch: {}, certs: { secrets: { ${files.map((file) => `${file}: token`).join(', ')} } } }`;
  const volumesOf = async (app: OwnApplication) => jsonAt(await app.live('worker'), 'properties.template.volumes');

  it('are deployed, changed, seen when others change them, and gone', async () => {
    const mounts = 'mounts: { /tmp/work: scratch, /etc/certs: certs }';
    const both = worker(`, ${certs('a.pem', 'b.pem')}, ${mounts}`);
    const app = await ownApplication(both);
    const file = (path: string) => ({ secretRef: 'token', path });
    const scratch = { name: 'scratch', storageType: 'EmptyDir' };
    const secret = { name: 'certs', storageType: 'Secret' };
    expect(await volumesOf(app)).toEqual([scratch, { ...secret, secrets: [file('a.pem'), file('b.pem')] }]);
    expect(await app.container('worker')).toMatchObject({
      volumeMounts: [
        { volumeName: 'scratch', mountPath: '/tmp/work' },
        { volumeName: 'certs', mountPath: '/etc/certs' },
      ],
    });
    expect(await app.deploy(both)).toEqual([]);
    expect(await app.drift()).toEqual([]);

    const one = worker(`, ${certs('a.pem')}, ${mounts}`);
    expect(await app.deploy(one)).toContain('worker');
    expect(await volumesOf(app)).toEqual([scratch, { ...secret, secrets: [file('a.pem')] }]);
    await app.change('worker', { template: { volumes: [scratch, { ...secret, secrets: [file('c.pem')] }] } });
    expect(await app.drift()).not.toEqual([]);

    expect(await app.deploy(worker())).toContain('worker');
    expect(await volumesOf(app)).toEqual([]);
    expect((await app.container('worker')).volumeMounts ?? []).toEqual([]);
    expect(await app.drift()).toEqual([]);
  });
});

describe('containers beside and before a service', () => {
  const sidecar = (cpu = 0.25): string =>
    `, sidecars: [{ name: proxy, image: "envoyproxy/envoy:v1.31", cpu: ${cpu}, env: { TOKEN: { secret: token } } }]`;
  const init = (...names: readonly string[]): string =>
    `, init: [${names.map((name) => `{ name: ${name}, command: [${name}] }`).join(', ')}]`;
  const names = (list: unknown): unknown => (Array.isArray(list) ? list.map((one: JsonObject) => one.name) : list);

  it('are deployed with it, changed in their order, and gone when they are not named', async () => {
    const app = await ownApplication(web(sidecar() + init('second')));
    const proxy = await app.container('web', 'proxy');
    expect(proxy).toMatchObject({ image: 'envoyproxy/envoy:v1.31', resources: { cpu: 0.25, memory: '0.5Gi' } });
    expect(proxy.env).toMatchObject([{ name: 'TOKEN', secretRef: 'token' }, {}]);
    const { image } = await app.container('web');
    expect(await app.container('web', 'second', 'initContainers')).toMatchObject({ image, command: ['second'] });
    expect(await app.drift()).toEqual([]);

    const more = web(sidecar(0.5) + init('first', 'second'));
    expect(await app.deploy(more)).toContain('web');
    expect((await app.container('web', 'proxy')).resources).toMatchObject({ cpu: 0.5, memory: '1Gi' });
    expect(names(jsonAt(await app.live('web'), 'properties.template.initContainers'))).toEqual(['first', 'second']);
    expect(await app.deploy(more)).toEqual([]);
    expect(await app.drift()).toEqual([]);

    expect(await app.deploy(web())).toContain('web');
    expect(names(jsonAt(await app.live('web'), 'properties.template.containers'))).toEqual(['web']);
    expect(names(jsonAt(await app.live('web'), 'properties.template.initContainers'))).toBeNull();
    expect(await app.drift()).toEqual([]);
  });

  it('are seen when somebody changes them', async () => {
    const app = await ownApplication(worker(sidecar()));
    const proxy = { ...(await app.container('worker', 'proxy')), image: 'envoyproxy/envoy:v1.30' };
    await app.change('worker', { template: { containers: [await app.container('worker'), proxy] } });
    expect(await app.drift()).toEqual(['app:worker properties.template.containers[proxy].image']);
  });
});

describe('what a service depends on', () => {
  it('is written, and through with it, before the service is', async () => {
    const services = worker(', depends_on: [web]') + web();
    const app = await ownApplication(worker() + web(), 'azure');
    app.environment.config = configOf(services.replaceAll('Dockerfile', 'Dockerfile, env: { CHANGED: 1 }'));
    app.environment.newWrites();
    const open: (readonly string[])[] = [];
    await app.run(deployApplicationServices, false, () => {
      open.push(app.environment.newWrites().flatMap((write) => /containerApps\/([^/]+)$/.exec(write)?.[1] ?? []));
    });
    expect(open.flat()).toEqual(['web', 'worker']);
    expect(open.some((writes) => writes.length > 1)).toBe(false);
  });
});
