import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { answerFromOutside, hostTarget } from '../../../src/simulator/container-apps/ingress.ts';
import { consoleLog, systemLog } from '../../../src/simulator/container-apps/logs/revision-log.ts';
import type { Configuration } from '../../../src/simulator/container-apps/model.ts';
import {
  latestReadyRevision,
  nextRevisionName,
  prune,
  type RevisionRecord,
  type RevisionSet,
  retire,
  revisionPhase,
  revisionProblem,
} from '../../../src/simulator/container-apps/revision.ts';
import { revisionBody } from '../../../src/simulator/container-apps/revision-view.ts';
import { pickOf, trafficWeights } from '../../../src/simulator/container-apps/traffic.ts';
import { type ImageBehaviour, unknownImage } from '../../../src/simulator/registry/image.ts';

const DOMAIN = 'wittyhill-8a009f22.eastus2.azurecontainerapps.io';
const time = (second: number) => new Date(second * 1000).toISOString();

function template(port = 3000, more: JsonObject = {}): JsonObject {
  return {
    containers: [
      { name: 'app', image: 'x', probes: [{ type: 'Readiness', httpGet: { path: '/health', port } }], ...more },
    ],
  };
}

function record(name: string, second: number, changes: Partial<RevisionRecord> = {}): RevisionRecord {
  return {
    name: `api--${name}`,
    createdAt: time(second),
    provisionedAt: time(second + 10),
    startedAt: time(second + 15),
    active: true,
    template: template(),
    behaviours: [{ ...unknownImage, exposedPorts: [3000] }],
    digests: [`sha256:${name}`],
    ...changes,
  };
}

function set(second: number, records: readonly RevisionRecord[], changes: Partial<RevisionSet> = {}): RevisionSet {
  return {
    records,
    configuration: { ingress: { external: true, targetPort: 3000 } },
    now: second * 1000,
    cooldownInMs: 300_000,
    unhealthy: {},
    ...changes,
  };
}

function ask(host: string, path: string, app: RevisionSet | undefined, pick = 0): number {
  const target = hostTarget(`${host}.${DOMAIN}`, DOMAIN);
  if (!target) throw new Error(`${host} is not below ${DOMAIN}`);
  return answerFromOutside(target, app && { name: 'api', set: app }, path, pick).status;
}

const sick: Partial<RevisionRecord> = { behaviours: [{ ...unknownImage, sickness: 'probes' }] };

describe('a revision', () => {
  it('is provisioned, starts, and becomes healthy', () => {
    const one = record('one', 0);
    const phases = [5, 12, 20].map((second) => revisionPhase(set(second, [one]), one));
    expect(phases).toEqual(['provisioning', 'starting', 'healthy']);
  });

  it.each<[string, ImageBehaviour, number, Configuration['ingress'], string | undefined]>([
    [
      'serves the port it is asked on',
      { ...unknownImage, exposedPorts: [3000] },
      3000,
      { targetPort: 3000 },
      undefined,
    ],
    ['has no known ports', unknownImage, 3000, { targetPort: 3000 }, undefined],
    [
      'has the wrong target port',
      { ...unknownImage, exposedPorts: [80] },
      80,
      { targetPort: 3000 },
      'The TargetPort 3000 does not match the listening port 80.',
    ],
    [
      'has several, all wrong',
      { ...unknownImage, exposedPorts: [80, 81] },
      80,
      { targetPort: 3000 },
      'The TargetPort 3000 does not match any of the listening ports: [80 81].',
    ],
    [
      'is probed on the wrong port',
      { ...unknownImage, exposedPorts: [3000] },
      80,
      { targetPort: 3000 },
      'Probe of Readiness failed with status code: 1: connection refused on port 80',
    ],
    [
      'is probed on a path it does not serve',
      { ...unknownImage, healthPaths: ['/ready'] },
      3000,
      null,
      'Probe of Readiness failed with status code: 404: GET /health',
    ],
  ])('whose image %s is judged by it', (_, behaviour, port, ingress, problem) => {
    const one = record('one', 0, { template: template(port), behaviours: [behaviour] });
    expect(revisionProblem(set(20, [one], { configuration: { ingress: ingress ?? null } }), one)).toBe(problem);
  });

  it('can be told to fail by the digest of its image', () => {
    const one = record('one', 0);
    expect(revisionPhase(set(20, [one], { unhealthy: { 'sha256:one': 'probes' } }), one)).toBe('unhealthy');
  });

  it('gives way in single mode only once a newer one is healthy', () => {
    const [one, two] = [record('one', 0), record('two', 100)];
    expect(revisionPhase(set(112, [one, two]), one)).toBe('healthy');
    expect(latestReadyRevision(set(112, [one, two]))?.name).toBe('api--one');
    expect(revisionPhase(set(120, [one, two]), one)).toBe('stopped');
    expect(trafficWeights(set(112, [one, two]))).toEqual(new Map([['api--one', 100]]));
    expect(trafficWeights(set(120, [one, two]))).toEqual(new Map([['api--two', 100]]));
  });

  it('stays when the newer one never becomes healthy', () => {
    const [one, two] = [record('one', 0), record('two', 100, sick)];
    expect(revisionPhase(set(200, [one, two]), two)).toBe('unhealthy');
    expect(revisionPhase(set(200, [one, two]), one)).toBe('healthy');
    expect(trafficWeights(set(200, [one, two]))).toEqual(new Map([['api--one', 100]]));
  });

  it('gets the traffic it was given in multiple mode', () => {
    const configuration: Configuration = {
      activeRevisionsMode: 'Multiple',
      ingress: {
        external: true,
        targetPort: 3000,
        traffic: [
          { revisionName: 'api--one', weight: 80 },
          { latestRevision: true, weight: 20 },
        ],
      },
    };
    const records = [record('one', 0), record('two', 100)];
    expect(trafficWeights(set(200, records, { configuration }))).toEqual(
      new Map([
        ['api--one', 80],
        ['api--two', 20],
      ]),
    );
    expect(revisionPhase(set(200, records, { configuration }), records[0] ?? record('x', 0))).toBe('healthy');
  });

  it('is made by a changed template only, and never twice with one suffix', () => {
    const one = record('one', 0);
    expect(nextRevisionName('api', template(), [one])).toBeUndefined();
    expect(nextRevisionName('api', template(3000, { image: 'y' }), [one])).toMatch(/^api--[a-z0-9]{7}$/);
    expect(nextRevisionName('api', { ...template(), revisionSuffix: 'two' }, [one])).toBe('api--two');
    expect(nextRevisionName('api', { ...template(), revisionSuffix: 'one' }, [one])).toBeUndefined();
    expect(nextRevisionName('api', { ...template(9), revisionSuffix: 'one' }, [one])).toBe('api--one');
    expect(nextRevisionName('api', template(3000, { resources: { cpu: 0.5, memory: '1Gi' } }), [one])).toBeUndefined();
  });

  it.each([
    ['probes', 'unhealthy', 504],
    ['crash', 'failed', 504],
    ['http-500', 'unhealthy', 504],
    ['never-ready', 'starting', 504],
    ['not-listening', 'unhealthy', 504],
    ['errors', 'healthy', 500],
  ] as const)('told %s is %s and answers %i', (sickness, phase, status) => {
    const one = record('one', 0);
    for (const key of ['sha256:one', 'api', 'api--one']) {
      const app = set(1000, [one], { unhealthy: { [key]: sickness } });
      expect([revisionPhase(app, one), ask('api', '/health', app)]).toEqual([phase, status]);
    }
    const other = set(1000, [one], { unhealthy: { 'sha256:two': sickness, web: sickness, 'api--two': sickness } });
    expect([revisionPhase(other, one), ask('api', '/health', other)]).toEqual(['healthy', 200]);
  });

  it('answers 500 unnoticed when it has no HTTP probe', () => {
    const one = record('one', 0, { template: { containers: [{ name: 'app', image: 'x' }] } });
    const app = set(20, [one], { unhealthy: { api: 'http-500' } });
    expect([revisionPhase(app, one), ask('api', '/health', app)]).toEqual(['healthy', 500]);
  });

  it('that listens on no port is healthy where nothing asks for a port', () => {
    const one = record('one', 0, { template: { containers: [{ name: 'app', image: 'x' }] } });
    const unhealthy = { api: 'not-listening' } as const;
    expect(revisionPhase(set(20, [one], { unhealthy }), one)).toBe('unhealthy');
    const worker = set(20, [one], { unhealthy, configuration: {} });
    expect(revisionPhase(worker, one)).toBe('healthy');
  });

  it('does not come back in single mode when its successor fails later', () => {
    const records = [record('one', 0), record('two', 100)];
    const retired = retire(set(200, records));
    const later = set(300, retired, { unhealthy: { 'api--two': 'crash' } });
    expect(retired.map(({ active }) => active)).toEqual([false, true]);
    expect(ask('api', '/health', later)).toBe(504);
  });

  it('loses its replicas some time after nothing asks for them any more', () => {
    const traffic = [{ revisionName: 'api--two', weight: 100 }];
    const configuration = { activeRevisionsMode: 'Multiple', ingress: { external: true, targetPort: 3000, traffic } };
    const kept = record('three', 100, { template: { ...template(), scale: { minReplicas: 1 } } });
    const records = [record('one', 0), record('two', 100), kept];
    const seen = (second: number) =>
      records.map((one) => {
        const { replicas, runningState } = revisionBody(set(second, records, { configuration }), one, '', DOMAIN)
          .properties as JsonObject;
        return [replicas, runningState];
      });
    expect(seen(200)).toEqual([
      [1, 'Running'],
      [1, 'Running'],
      [1, 'Running'],
    ]);
    expect(seen(500)).toEqual([
      [0, 'ScaledToZero'],
      [1, 'Running'],
      [1, 'Running'],
    ]);
  });

  it.each([
    ['events, of which none comes', [{ name: 'q', custom: { type: 'kafka' } }], 0],
    ['cpu, which keeps one', [{ name: 'cpu', custom: { type: 'cpu' } }], 1],
  ])('without an ingress, scaled by %s, has so many replicas in the end', (_, rules, replicas) => {
    const one = record('one', 0, { template: { ...template(), scale: { minReplicas: 0, rules } } });
    const seen = (second: number) =>
      revisionBody(set(second, [one], { configuration: {} }), one, '', DOMAIN).properties;
    expect(seen(200)).toMatchObject({ replicas: 1 });
    expect(seen(500)).toMatchObject({ replicas });
  });

  it('tells its fate in its logs', () => {
    const one = record('one', 0);
    const told = set(20, [one], { unhealthy: { api: 'crash' } });
    expect(consoleLog(told, one).map(({ text, stream }) => [stream, text])).toEqual([
      ['stdout', 'starting api--one'],
      ['stderr', 'fatal: told to crash'],
      ['stdout', 'exited with code 1'],
    ]);
    expect(systemLog(told, one).map(({ event }) => event?.reason)).toEqual([
      'RevisionCreation',
      'AssigningReplica',
      'PullingImage',
      'PulledImage',
      'ContainerCreated',
      'ContainerStarted',
      'ContainerTerminated',
      'ContainerBackOff',
    ]);
    expect(systemLog(set(20, [one]), one).at(-1)).toMatchObject({
      event: { reason: 'RevisionReady' },
      part: 'api--one',
    });
    expect(systemLog(set(5, [one]), one)).toHaveLength(1);
  });

  it('is dropped when too many inactive ones are kept', () => {
    const records = [record('a', 0), record('b', 100), record('c', 200), record('d', 300)];
    const kept = prune(set(400, records, { configuration: { maxInactiveRevisions: 1 } }));
    expect(kept.map(({ name }) => name)).toEqual(['api--c', 'api--d']);
  });
});

describe('a request from the internet', () => {
  it('falls on each revision by its weight, counted over every ten and every hundred', () => {
    const share = (count: number, weight: number) =>
      Array.from({ length: count }, (_, n) => pickOf(n)).filter((pick) => pick * 100 < weight).length;
    expect([share(10, 10), share(10, 50), share(100, 1), share(100, 37)]).toEqual([1, 5, 1, 37]);
  });

  it('reaches the health path, the root and the documentation of a healthy app, and nothing else', () => {
    const app = set(20, [record('one', 0)]);
    expect(['/health', '/', '/api/docs', '/secret'].map((path) => ask('api', path, app))).toEqual([200, 200, 200, 404]);
  });

  it('gets 504 while the app starts or when it is unhealthy, 503 when nothing is active', () => {
    expect(ask('api', '/health', set(12, [record('one', 0)]))).toBe(504);
    expect(ask('api', '/health', set(20, [record('one', 0, sick)]))).toBe(504);
    expect(ask('api', '/health', set(20, [record('one', 0, { active: false })]))).toBe(503);
    expect(ask('api', '/health', set(20, []))).toBe(503);
  });

  it('finds no internal name, no internal app and no tcp app', () => {
    const healthy = [record('one', 0)];
    expect(ask('api.internal', '/health', set(20, healthy))).toBe(404);
    expect(ask('api', '/health', set(20, healthy, { configuration: { ingress: { targetPort: 3000 } } }))).toBe(404);
    const tcp = { ingress: { external: true, transport: 'Tcp', targetPort: 3000 } };
    expect(ask('api', '/health', set(20, healthy, { configuration: tcp }))).toBe(404);
    expect(ask('api', '/health', undefined)).toBe(404);
    expect(hostTarget('api.example.com', DOMAIN)).toBeUndefined();
  });

  it('reaches one revision by its own name or by its label', () => {
    const configuration: Configuration = {
      activeRevisionsMode: 'Multiple',
      ingress: {
        external: true,
        targetPort: 3000,
        traffic: [
          { revisionName: 'api--one', weight: 100 },
          { revisionName: 'api--two', weight: 0, label: 'next' },
        ],
      },
    };
    const app = set(200, [record('one', 0), record('two', 100, sick)], { configuration });
    expect(ask('api', '/health', app, 0.99)).toBe(200);
    expect(ask('api--one', '/health', app)).toBe(200);
    expect(ask('api--two', '/health', app)).toBe(504);
    expect(ask('api---next', '/health', app)).toBe(504);
    expect(ask('api--three', '/health', app)).toBe(404);
    expect(ask('api---other', '/health', app)).toBe(404);
  });
});
