import { describe, expect, it } from 'vitest';
import type { ServiceConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { storedConfigSchema } from '../../../../src/domain/config/stored.ts';
import { userKey } from '../../../../src/domain/config/user-key.ts';

const HEAD = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
`;

/** A configuration of which only the services, and what follows them, are said. */
function read(services: string) {
  return parseConfig(`${HEAD}services:\n${services}`);
}

function service(lines: string, rest = ''): ServiceConfig {
  const result = read(`  web: { dockerfile: Dockerfile, ${lines} }\n${rest}`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const [web] = result.parsed.config.services.application;
  if (!web) throw new Error('there is no service');
  return web;
}

function problems(services: string): readonly string[] {
  const result = read(services);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

/** What is wrong with one service, without its own path. */
function wrong(lines: string, rest = ''): readonly string[] {
  return problems(`  web: { dockerfile: Dockerfile, ${lines} }\n${rest}`).map((one) =>
    one.replace('services.web.', ''),
  );
}

const EVERYTHING = `
  db: { image: "postgres:17", port: 5432, transport: tcp }
  web:
    dockerfile: Dockerfile
    port: 8080
    transport: http2
    command: [node, server.js]
    args: [--verbose]
    ports: [9090, { port: 9091, exposed_port: 99 }]
    cors: { origins: ["https://example.org"], methods: [GET], headers: ["*"], expose_headers: [etag], max_age: 60, credentials: true }
    ip_rules: { allow: { office: 203.0.113.0/24 } }
    client_certificates: accept
    session_affinity: true
    volumes: { scratch: null, data: {}, certs: { secrets: { tls.key: my_url } } }
    mounts: { /tmp/a: scratch, /etc/certs: certs }
    max_replicas: 6
    scale:
      http: 50
      cpu: 70
      memory: 80
      cron: { office: { timezone: Europe/Berlin, start: 0 8 * * 1-5, end: 0 18 * * 1-5, replicas: 2 } }
      rules: { jobs: { type: rabbitmq, metadata: { value: 1.10, queueName: jobs, mode: QueueLength }, secrets: { host: my_url }, identity: true } }
      polling_interval: 10
      cooldown: 60
    termination_grace: 90
    depends_on: [db]
    cpu: 0.5
    probes:
      startup: { kind: tcp, port: 9090, failure_threshold: 240 }
      readiness: { kind: http, path: /ready, scheme: https, headers: { Host: web }, success_threshold: 2 }
      liveness: false
    init:
      - { name: prepare, command: "./prepare.sh \${HOME}", env: { MODE: 0755, DB: { service: db } } }
    sidecars:
      - { name: proxy, image: "envoyproxy/envoy:v1.31", args: [-c, /etc/envoy.yaml], cpu: 0.25, mounts: { /data: data }, probes: { liveness: { port: 9901 } } }
`;

describe('a service', () => {
  it('has everything that its keys say', () => {
    const result = read(`${EVERYTHING}secrets: { my_url: "env:MY_URL" }\n`);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { config, warnings } = result.parsed;
    expect(config.services.application[0]).toMatchObject({
      ...{ port: 8080, transport: 'http2', command: ['node', 'server.js'], args: ['--verbose'] },
      ports: [
        { port: 9090, exposedPort: 9090 },
        { port: 9091, exposedPort: 99 },
      ],
      cors: {
        ...{ origins: ['https://example.org'], methods: ['GET'], headers: ['*'], exposeHeaders: ['etag'] },
        ...{ maxAgeInSeconds: 60, credentials: true },
      },
      ipRules: { allow: { office: '203.0.113.0/24' } },
      ...{ clientCertificates: 'accept', sessionAffinity: true, terminationGraceInSeconds: 90, dependsOn: ['db'] },
      volumes: { scratch: {}, data: {}, certs: { secrets: { 'tls.key': 'MY-URL' } } },
      mounts: { '/tmp/a': 'scratch', '/etc/certs': 'certs' },
      scale: {
        ...{ http: 50, cpu: 70, memory: 80, pollingIntervalInSeconds: 10, cooldownInSeconds: 60 },
        cron: { office: { timezone: 'Europe/Berlin', start: '0 8 * * 1-5', end: '0 18 * * 1-5', replicas: 2 } },
        rules: {
          jobs: {
            ...{
              type: 'rabbitmq',
              metadata: { value: '1.10', queueName: 'jobs', mode: 'QueueLength' },
              secrets: { host: 'MY-URL' },
            },
            identity: true,
          },
        },
      },
      probes: {
        startup: { kind: 'tcp', port: 9090, failureThreshold: 240 },
        readiness: { kind: 'http', path: '/ready', scheme: 'https', headers: { Host: 'web' }, successThreshold: 2 },
        liveness: false,
      },
      init: [
        {
          ...{ name: 'prepare', command: ['/bin/sh', '-c', './prepare.sh ${HOME}'], cpu: 0.5, memory: '1Gi' },
          env: { MODE: { kind: 'plain', value: '0755' }, DB: { kind: 'service', key: 'db' } },
        },
      ],
      sidecars: [
        {
          ...{
            name: 'proxy',
            image: 'envoyproxy/envoy:v1.31',
            args: ['-c', '/etc/envoy.yaml'],
            env: {},
            mounts: { '/data': 'data' },
          },
          ...{ cpu: 0.25, memory: '0.5Gi', probes: { liveness: { port: 9901 } } },
        },
      ],
    });
    expect(warnings).toEqual([]);
    expect(storedConfigSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it.each([
    ['cors.maxAgeInSeconds', 'cors.max_age'],
    ['cors.exposeHeaders', 'cors.expose_headers'],
    ['ipRules.allow.office', 'ip_rules.allow.office'],
    ['clientCertificates', 'client_certificates'],
    ['terminationGraceInSeconds', 'termination_grace'],
    ['dependsOn', 'depends_on'],
    ['probes', 'probes'],
    ['probes.liveness', 'probes.liveness'],
    ['probes.readiness.successThreshold', 'probes.readiness.success_threshold'],
    ['sidecars', 'sidecars'],
    ['volumes.certs.secrets', 'volumes.certs.secrets'],
    ['mounts', 'mounts'],
    ['scale.http', 'scale.http'],
    ['scale.pollingIntervalInSeconds', 'scale.polling_interval'],
    ['scale.cooldownInSeconds', 'scale.cooldown'],
    ['scale.cron.office.start', 'scale.cron.office.start'],
    ['scale.rules.jobs.metadata.value', 'scale.rules.jobs.metadata.value'],
    ['scale.rules.jobs.secrets.host', 'scale.rules.jobs.secrets.host'],
  ])('has reasons that name %s by its key', (path, key) => {
    expect(userKey(`services.application.web.${path}`)).toBe(`services.web.${key}`);
  });

  it('is a worker without a port: no ingress, none of the original’s probes and paths', () => {
    const worker = service('health_path: false');
    expect(worker).toMatchObject({ ingress: 'none' });
    expect(worker).not.toHaveProperty('port');
    const result = read(
      '  draft_service: { dockerfile: Dockerfile, env: { QDRANT_URL: null, RABBITMQ_URL: null } }\nsecrets: { gemini_api_key: "env:KEY" }\ndefaults: draftgenie\n',
    );
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const [original] = result.parsed.config.services.application;
    expect(original).toMatchObject({ ingress: 'none', env: { LOG_LEVEL: { kind: 'plain' } } });
    expect(original?.env).not.toHaveProperty('PORT');
    expect(original).not.toHaveProperty('healthPath');
  });

  it('has the memory that goes with its cpu, and the cpu that goes with its memory', () => {
    expect(service('port: 80')).toMatchObject({ cpu: 0.5, memory: '1Gi' });
    expect(service('port: 80, cpu: 2')).toMatchObject({ cpu: 2, memory: '4Gi' });
    expect(service('port: 80, memory: 3Gi')).toMatchObject({ cpu: 1.5, memory: '3Gi' });
    expect(service('port: 80, cpu: 0.25, memory: 0.50Gi')).toMatchObject({ cpu: 0.25, memory: '0.5Gi' });
  });

  it('may have a size of its own that only fits together with its sidecars', () => {
    expect(
      service('port: 80, cpu: 0.4, memory: 0.5Gi, sidecars: [{ name: log, cpu: 0.1, memory: 0.5Gi }]'),
    ).toMatchObject({ cpu: 0.4 });
  });
});

describe('a service that goes to zero', () => {
  const warned = (lines: string): readonly string[] => {
    const result = read(`  web: { dockerfile: Dockerfile, ${lines} }\n`);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return result.parsed.warnings.map(({ path, message }) => `${path}: ${message}`);
  };

  it('is warned about where nothing ever starts it again', () => {
    const message =
      'services.web.min_replicas: is 0: without an ingress and without scale nothing ever starts a replica [never_woken]';
    expect(warned('min_replicas: 0')).toEqual([message]);
    expect(warned('port: 80, ingress: none, min_replicas: 0, scale: {}')).toEqual([message]);
    expect(warned('port: 80, min_replicas: 0')).toEqual([]);
    expect(warned('min_replicas: 0, scale: { rules: { q: { type: temporal } } }')).toEqual([]);
  });
});

describe('refused, each at its place,', () => {
  it.each<[string, readonly string[]]>([
    ['ingress: external', ['port: is missing; with ingress: external requests go to it']],
    ['transport: http2', ['transport: needs a port: nobody calls a service without one']],
    ['health_path: /health', ['health_path: needs a port: nobody calls a service without one']],
    ['smoke: [{ path: / }]', expect.arrayContaining(['smoke: needs a port: nobody calls a service without one'])],
    ['port: 80, ingress: none, session_affinity: true', ['session_affinity: has no meaning with ingress: none']],
    ['port: 80, ingress: none, ports: [81]', ['ports: has no meaning with ingress: none']],
    ['probes: { liveness: { path: /a } }', [expect.stringMatching(/^probes\.liveness\.port: is missing/)]],
    [
      'port: 80, sidecars: [{ name: b, probes: { startup: {} } }]',
      [expect.stringMatching(/^sidecars\.0\.probes\.startup\.port: is/)],
    ],
    [
      'port: 80, probes: { liveness: { failure_threshold: 31 } }',
      ['probes.liveness.failure_threshold: found 31; at most 30 is allowed'],
    ],
    [
      'port: 80, probes: { readiness: { failure_threshold: 49 } }',
      ['probes.readiness.failure_threshold: found 49; at most 48 is allowed'],
    ],
    [
      'port: 80, probes: { startup: { success_threshold: 2 } }',
      ['probes.startup.success_threshold: found 2; of startup it is 1'],
    ],
    [
      'port: 80, probes: { startup: { kind: tcp, path: /a } }',
      ['probes.startup.path: has no meaning for a check over tcp; with kind: http it is one over http'],
    ],
    [
      'port: 81, transport: tcp, probes: { startup: { path: /a } }',
      [expect.stringMatching(/^probes\.startup\.path: has no meaning/)],
    ],
    [
      'port: 80, probes: { startup: { scheme: https } }',
      [expect.stringMatching(/^probes\.startup\.scheme: has no meaning/)],
    ],
    [
      'port: 80, probes: { startup: { path: a } }',
      ['probes.startup.path: found "a"; allowed: a path that begins with /'],
    ],
    ['port: 80, probes: true', [expect.stringContaining('probes: found true; allowed: false')]],
    ['port: 80, ports: [81, 81]', ['ports.1: 81 is there already; each port is exposed once']],
    ['port: 80, ports: [81, { port: 82, exposed_port: 81 }]', ['ports.1: 81 is exposed already']],
    ['port: 80, ports: [80]', ['ports.0: 80 is there already; each port is exposed once']],
    ['port: 80, ports: [1, 2, 3, 4, 5, 6]', ['ports: found 6; at most 5 are allowed']],
    ['port: 80, ports: ["8080:80"]', [expect.stringContaining('ports.0: found "8080:80"')]],
    ['port: 81, transport: tcp, cors: { origins: ["*"] }', ['cors: is for http; found transport: tcp']],
    [
      'port: 81, transport: tcp, client_certificates: require',
      ['client_certificates: is for http; found transport: tcp'],
    ],
    ['port: 81, transport: tcp, session_affinity: true', ['session_affinity: is for http; found transport: tcp']],
    [
      'port: 80, ip_rules: { allow: { a: 1.2.3.4 }, deny: { b: 1.2.3.5 } }',
      ['ip_rules: allowed: either allow or deny'],
    ],
    ['port: 80, ip_rules: {}', ['ip_rules: allowed: either allow or deny']],
    [
      'port: 80, ip_rules: { deny: { a: 1.2.3.4/33 } }',
      [expect.stringMatching(/^ip_rules\.deny\.a: found "1\.2\.3\.4\/33"/)],
    ],
    ['port: 80, memory: 2048Mi', ['memory: found "2048Mi"; allowed: Gi, such as "1Gi"']],
    ['port: 80, cpu: 1, memory: 1Gi', ['memory: found "1Gi"; with 1 cpu it must be "2Gi"']],
    ['port: 80, cpu: 0.3', ['cpu: found 0.3; allowed: 0.25 to 4 in steps of 0.25']],
    [
      'port: 80, cpu: 4, sidecars: [{ name: b }]',
      [expect.stringMatching(/^sidecars: and the service together have 4\.25 cpu and 8\.5Gi/)],
    ],
    [
      'port: 80, init: [{ name: b, cpu: 1 }]',
      [expect.stringMatching(/^init\.0\.cpu: is more than all other containers/)],
    ],
    ['port: 80, init: [{ name: b, cpu: 0.5, memory: 2Gi }]', [expect.stringMatching(/^init\.0\.memory: is more than/)]],
    ['port: 80, sidecars: [{ name: web }]', [expect.stringMatching(/^sidecars\.0\.name: "web" is also the name of/)]],
    ['port: 80, sidecars: [{ name: B_1 }]', [expect.stringMatching(/^sidecars\.0\.name: found "B_1"; allowed/)]],
    ['port: 80, init: [{ name: b, probes: false }]', [expect.stringContaining('init.0.probes: unknown key')]],
    [
      'port: 80, sidecars: [{ name: b, env: { "A B": 1 } }]',
      [expect.stringMatching(/^sidecars\.0\.env\.A B: found the name/)],
    ],
    [
      'port: 80, sidecars: [{ name: b, env: { A: { secret: nope } } }]',
      [expect.stringMatching(/^sidecars\.0\.env\.A: there is no secret/)],
    ],
    [
      'port: 80, sidecars: [{ name: b, env: { A: { service: wbe } } }]',
      ['sidecars.0.env.A: there is no service "wbe"; did you mean web?'],
    ],
    ['volumes: { a: {} }', ['volumes.a: is mounted nowhere; name its place in mounts: {/path: volume}']],
    ['volumes: { a_b: {} }, mounts: { /a: a_b }', [expect.stringMatching(/^volumes\.a_b: found the name "a_b"/)]],
    [
      'volumes: { envoy-config: {} }, mounts: { /a: envoy-config }',
      [expect.stringMatching(/^volumes\.envoy-config: found the name/)],
    ],
    ['volumes: { a: { secrets: {} } }, mounts: { /a: a }', ['volumes.a.secrets: names no file']],
    [
      'volumes: { a: { secrets: { b: nope, "../c": nope } } }, mounts: { /a: a }',
      [
        expect.stringMatching(/^volumes\.a\.secrets\.\.\.\/c: found the file name/),
        expect.stringMatching(/^volumes\.a\.secrets\.b: there is no secret NOPE/),
        expect.stringMatching(/^volumes\.a\.secrets\.\.\.\/c: there is no secret NOPE/),
      ],
    ],
    [
      'volumes: { logs: {} }, mounts: { /a: logs, /b: log }',
      ['mounts./b: there is no volume "log"; did you mean logs?'],
    ],
    ['mounts: { /b: log }', ['mounts./b: there is no volume "log"; services.web.volumes defines it']],
    [
      'volumes: { a: {} }, mounts: { "/": a, "b": a, "/b:c": a }',
      ['/', 'b', '/b:c'].map((path) => expect.stringContaining(`mounts.${path}: found the path`)),
    ],
    [
      'sidecars: [{ name: b, mounts: { /b: log } }]',
      [expect.stringMatching(/^sidecars\.0\.mounts\.\/b: there is no volume/)],
    ],
    ['port: 80, scale: { http: 5 }', ['max_replicas: is 1, and so is min_replicas: with scale there must be more']],
    ['max_replicas: 2, scale: { http: 5 }', ['scale.http: watches http, and there is no ingress']],
    ['port: 80, max_replicas: 2, scale: { tcp: 5 }', ['scale.tcp: watches tcp, and what comes in is http']],
    [
      'port: 81, transport: tcp, max_replicas: 2, scale: { http: 5 }',
      ['scale.http: watches http, and what comes in is tcp'],
    ],
    [
      'port: 80, min_replicas: 0, scale: { cpu: 70, memory: 70 }',
      [expect.stringMatching(/^min_replicas: is 0, and with rules for cpu and memory alone/)],
    ],
    ['port: 80, max_replicas: 2, scale: { cpu: 101 }', [expect.stringContaining('scale.cpu: found 101')]],
    [
      'max_replicas: 2, scale: { rules: { cpu: { type: temporal } }, cpu: 50 }',
      ['scale.rules.cpu: "cpu" is also the name of scale.cpu'],
    ],
    [
      'max_replicas: 2, scale: { rules: { My_Q: { type: temporal } } }',
      [expect.stringMatching(/^scale\.rules\.My_Q: found the name/)],
    ],
    ['max_replicas: 2, scale: { rules: { q: {} } }', [expect.stringContaining('scale.rules.q.type')]],
    [
      'max_replicas: 2, scale: { rules: { q: { type: temporal, secrets: { password: nope } } } }',
      [expect.stringMatching(/^scale\.rules\.q\.secrets\.password: there is no secret NOPE/)],
    ],
    [
      'max_replicas: 2, scale: { cron: { c: { timezone: Berlin, start: "0 8 * *", end: "0 9 * * *", replicas: 3 } } }',
      [
        'scale.cron.c.timezone: found "Berlin"; such as "Europe/Berlin"',
        'scale.cron.c.start: found "0 8 * *"; five fields are expected, such as "0 8 * * 1-5"',
        'scale.cron.c.replicas: 3 is more than max_replicas (2)',
      ],
    ],
    [
      'max_replicas: 2, scale: { cron: { c: { timezone: UTC, start: 0 8 * * *, end: 0 8 * * *, replicas: 2 } } }',
      ['scale.cron.c.end: is the same as start'],
    ],
    ['port: 80, depends_on: [wbe]', ['depends_on.0: there is no service "wbe"; did you mean web?']],
    ['port: 80, depends_on: [web]', ['depends_on.0: is a circle: web → web']],
    ['port: 80, termination_grace: -1', [expect.stringContaining('termination_grace: found -1')]],
  ])('is %s', (lines, expected) => {
    expect(wrong(lines)).toEqual(expected);
  });

  it('is session affinity together with a canary', () => {
    const found = wrong('port: 80, session_affinity: true', 'release: { strategy: canary }\n');
    expect(found).toEqual([
      'session_affinity: holds for one revision only; with release.strategy: canary there are two',
    ]);
  });

  it('is a variable with the address of a service without a port', () => {
    const found = wrong('port: 80, env: { W: { service: worker } }', '  worker: { dockerfile: Dockerfile }\n');
    expect(found).toEqual(['env.W: worker has no port, so it has no address']);
  });

  it('are circles and what cannot come before', () => {
    const circle = `
  a: { name: app-a, dockerfile: Dockerfile, depends_on: [b] }
  b: { name: app-b, dockerfile: Dockerfile, depends_on: [a, c] }
  c: { name: app-c, dockerfile: Dockerfile }
  d: { name: app-d, image: "nginx:1", depends_on: [c] }
`;
    expect(problems(circle)).toEqual([
      'services.a.depends_on.0: is a circle: a → b → a',
      'services.b.depends_on.0: is a circle: b → a → b',
      'services.d.depends_on.0: c is an application service, and infrastructure services are there before those',
    ]);
  });
});
