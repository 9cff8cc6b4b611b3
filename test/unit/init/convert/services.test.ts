import { describe, expect, it } from 'vitest';
import { converted } from '../../../helpers/compose/converted.ts';

const FILES = { Dockerfile: 'FROM node:24-alpine\nEXPOSE 3000\n', 'worker/Dockerfile': 'FROM python:3.13\n' };

/** One service, in one line, beside others. */
function service(keys: string, others = '') {
  const { config, left, comments } = converted(`services:\n  web: {${keys}}\n${others}`, { beside: FILES });
  return { ...config.services.web, left: left.filter((line) => line.includes('services.web')), comments };
}

describe('where a service listens', () => {
  it.each<[keys: string, expected: object]>([
    ['image: x/y, ports: ["8080:3000"]', { port: 3000, ingress: 'external' }],
    ['image: x/y, ports: ["127.0.0.1:8080:3000"]', { port: 3000 }],
    ['image: x/y, expose: [3000]', { port: 3000 }],
    ['image: nginx', { port: 80 }],
    ['image: nginx, ports: ["443:443", "80:80"]', { port: 80, ingress: 'external' }],
    ['image: x/y, ports: ["8443:8443", "3000:3000"]', { port: 3000, ports: [8443], ingress: 'external' }],
    [
      'image: x/y, ports: ["1:1", "2:2", "3:3", "4:4", "5:5", "6:6", "7:7"]',
      { port: 1, ports: [2, 3, 4, 5, 6], ingress: 'external' },
    ],
    ['image: "postgres:16", ports: ["5432:5432"]', { port: 5432, transport: 'tcp' }],
    ['image: example/redis-fork, ports: ["6379:6379"]', { port: 6379, transport: 'tcp' }],
    ['image: prom/prometheus, ports: ["9090:9090"]', { port: 9090 }],
    ['build: .', { port: 3000 }],
    ['build: ., ports: ["80:4000"]', { port: 4000, ingress: 'external' }],
    ['build: worker', {}],
    ['image: x/y', {}],
    ['image: x/y, healthcheck: {test: curl localhost:8000/h}', { port: 8000 }],
    ['image: x/y, ports: ["53:53/udp"]', {}],
  ])('%s', (keys, expected) => {
    const { port, ports, transport, ingress } = service(keys);
    const given = Object.entries({ port, ports, transport, ingress }).filter(([, value]) => value !== undefined);
    expect(Object.fromEntries(given)).toEqual(expected);
  });

  it('is told, where it is less than it was', () => {
    expect(service('image: x/y, ports: ["1:1/udp", "80:80", "443:443", "9:9", "9229:9229"]').left).toEqual([
      '2 services.web.ports.0: udp: Container Apps take tcp and http only',
      '2 services.web.ports.2: 443 stays closed: the ingress speaks http and https for port 80',
      '2 services.web.ports.3: 9 is reached by other services only: one port of a service goes out, and that is 80',
      '2 services.web.ports.4: 9229 is of a debugger, and is not opened',
    ]);
    expect(service('image: prom/prometheus, ports: ["9090:9090"]').left).toEqual([
      '2 services.web.ports.0: is not opened to everybody, since it asks nobody who he is: "ingress: external" with "ip_rules" does',
    ]);
  });

  it('is nowhere, where another service listens in the same image', () => {
    const { config, left } = converted(
      'services:\n  api: {build: ., ports: ["3000:3000"]}\n  worker: {build: ., command: work}\n',
      { beside: FILES },
    );
    expect(config.services.worker).toEqual({ build: '.', args: ['work'] });
    expect(left).toContain(
      '3 services.worker.command: runs another program than its image, so that it is a worker: where it listens like that, write "port: 3000"',
    );
  });
});

describe('a service', () => {
  it('has its command split as Compose does, and its entry point apart', () => {
    expect(
      service(`image: x/y, command: "run 'a b' \\"c $$D\\" e\\\\ f", entrypoint: ["/x", "\${NONE:-y}"]`),
    ).toMatchObject({
      command: ['/x', '${NONE:-y}'],
      args: ['run', 'a b', 'c $$D', 'e f'],
    });
    expect(service('image: x/y, command: [], entrypoint: ""').left).toEqual([
      '2 services.web.entrypoint: is empty, which would take that of the image away: Azure has no way to say so',
      '2 services.web.command: is empty, which would take that of the image away: Azure has no way to say so',
    ]);
  });

  it.each([
    ['deploy: {resources: {limits: {cpus: "0.3", memory: 300M}}}', 0.5],
    ['deploy: {resources: {limits: {cpus: "0.1"}}}', 0.25],
    ['mem_limit: 3g', 1.5],
    ['cpus: 2', 2],
    ['deploy: {resources: {reservations: {memory: 1G}}}', 0.5],
    ['deploy: {resources: {limits: {cpus: "9"}}}', 4],
  ])('with %s has as much', (keys, cpu) => {
    expect(service(`image: x/y, ${keys}`)).toMatchObject({ cpu, memory: `${cpu * 2}Gi` });
  });

  it.each([
    ['deploy: {replicas: 3}', { min_replicas: 3, max_replicas: 3 }],
    ['scale: 2', { min_replicas: 2, max_replicas: 2 }],
    ['deploy: {replicas: 0}', { min_replicas: 0, max_replicas: 1 }],
    ['stop_grace_period: 1m30s', { termination_grace: 90 }],
    ['healthcheck: {disable: true}', { probes: false }],
    ['healthcheck: {test: [NONE]}', { probes: false }],
    [
      'ports: ["80:80"], healthcheck: {test: ["CMD", "curl", "-f", "http://localhost/health?x=1"], interval: 20s, timeout: 3s, retries: 4, start_period: 1m}',
      {
        health_path: '/health?x=1',
        probes: { startup: { failure_threshold: 42 }, readiness: { period: 20, timeout: 3, failure_threshold: 4 } },
      },
    ],
    [
      'ports: ["80:80"], healthcheck: {test: "wget -q http://127.0.0.1:9000/ready"}',
      {
        probes: {
          startup: { kind: 'http', path: '/ready', port: 9000 },
          readiness: { kind: 'http', path: '/ready', port: 9000 },
        },
      },
    ],
  ])('with %s', (keys, expected) => {
    expect(service(`image: x/y, ${keys}`)).toMatchObject(expected);
  });

  it('tells what cannot be read, and does not pass it over', () => {
    expect(service('image: x/y, cpus: much, scale: some, stop_grace_period: soon, mem_limit: 1 pound').left).toEqual([
      '2 services.web.cpus: "much" is not understood, and was passed over',
      '2 services.web.scale: "some" is not understood, and was passed over',
      '2 services.web.stop_grace_period: "soon" is not understood, and was passed over',
      '2 services.web.mem_limit: "1 pound" is not understood, and was passed over',
    ]);
  });

  it('has a name that Azure takes, each once', () => {
    const { config, left } = converted(
      'services:\n  Web: {image: x/y}\n  web: {image: x/y}\n  "1": {image: x/y}\n  my_app: {image: x/y}\n',
    );
    expect(Object.keys(config.services)).toEqual(['web', 'web-2', 'app-1', 'my_app']);
    expect(left.map((line) => line.split(':')[0])).toEqual(['2 services.Web', '3 services.web', '4 services.1']);
  });

  it('tells the same of many services once', () => {
    const { left } = converted(
      'services:\n  one: {image: x/y, logging: {driver: none}}\n  two: {image: x/y, logging: {driver: none}}\n',
    );
    expect(left).toEqual([
      '2 services.one.logging, services.two.logging: what a container writes goes to the log workspace of "monitoring", whatever is said here',
    ]);
  });
});

describe('what runs to its end', () => {
  const DB = '  db: {image: "postgres:16", environment: {POSTGRES_PASSWORD: x}}\n';

  it('is the migration of the service that waits for it with the same image', () => {
    const { config } = converted(
      `services:\n  web: {build: ., environment: {A: "1"}, depends_on: {up: {condition: service_completed_successfully}}}\n  up: {build: ., command: npm run migrate, environment: {A: "1"}}\n${DB}`,
      { beside: FILES },
    );
    expect(config.services.web.migration).toEqual({ command: ['npm', 'run', 'migrate'] });
    expect(config.jobs).toBeUndefined();
  });

  it('is a job, where it has another image, or variables of its own', () => {
    const { config, left } = converted(
      `services:\n  web: {build: ., depends_on: {up: {condition: service_completed_successfully}}}\n  up: {build: ., command: go, environment: {A: "1"}}\n  once: {image: x/once, deploy: {mode: replicated-job}}\n`,
      { beside: FILES },
    );
    expect(config.jobs).toEqual({ up: { build: '.', args: ['go'], env: { A: '1' } }, once: { image: 'x/once' } });
    expect(left).toContain('3 services.up: runs to its end, so it is a job: "job run up" starts it after a deployment');
  });
});
