import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configureEnvironmentVariables } from '../../../src/activities/configure-environment-variables.ts';
import { deployApplicationServices } from '../../../src/activities/deploy-application-services.ts';
import { verifyDeployment } from '../../../src/activities/verify-deployment.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { runIdOf } from '../../helpers/step-context.ts';
import { type Application, application, LAST_STEPS } from './example-application.ts';

const SERVICES = ['api-gateway', 'speaker-service', 'draft-service', 'rag-service', 'evaluation-service'];
/** A file of its own that each is built from. */
const SOURCES: Readonly<Record<string, string>> = {
  'api-gateway': 'services/api-gateway/main.js',
  'speaker-service': 'apps/speaker-service/src/main.js',
  'draft-service': 'services/draft-service/app/main.py',
  'rag-service': 'services/rag-service/app/main.py',
  'evaluation-service': 'services/evaluation-service/app/main.py',
};

type Traffic = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Who has traffic now, by app. */
function traffic({ environment }: Application): Traffic {
  return Object.fromEntries(
    environment.simulator.traffic().map(({ app, weights }) => [app.slice(app.lastIndexOf('/') + 1), weights]),
  );
}

function applicationTraffic(app: Application): Traffic {
  const all = traffic(app);
  return Object.fromEntries(SERVICES.map((name) => [name, all[name] ?? {}]));
}

/** Every distribution of the traffic of an app that was to be seen at any request, in order. */
function observed({ environment }: Application, name: string, since: number): readonly string[] {
  const seen = environment.simulator
    .requests()
    .slice(since)
    .flatMap(({ traffic: note }) => (note?.app.endsWith(`/${name}`) ? [JSON.stringify(note.weights)] : []));
  return seen.filter((one, index) => one !== seen[index - 1]);
}

async function revisions({ environment }: Application, name: string) {
  const { subscriptionId } = environment.simulator;
  const { resourceGroup } = environment.config.azure;
  return await environment.azure.apps.revisions(subscriptionId, resourceGroup, name);
}

async function deployed(
  change?: (config: DeploymentConfig) => DeploymentConfig,
): Promise<{ app: Application; before: Traffic }> {
  const app = await application(change, LAST_STEPS);
  return { app, before: applicationTraffic(app) };
}

/** All steps but the last, with changed sources of these services. */
async function released(app: Application, names: readonly string[]): Promise<void> {
  for (const name of names) await appendFile(join(app.folder, SOURCES[name] ?? ''), `\n# ${Math.random()}\n`);
  for (const step of LAST_STEPS) if (step !== verifyDeployment) await app.run(step);
}

function asConsumer(config: DeploymentConfig, key: string): DeploymentConfig {
  const application = config.services.application.map((service) => ({ ...service, consumer: service.key === key }));
  return { ...config, services: { ...config.services, application } };
}

function withSmoke(config: DeploymentConfig, key: string): DeploymentConfig {
  const application = config.services.application.map((service) =>
    service.key === key ? { ...service, smoke: [{ path: '/ready', method: 'GET' as const, status: 200 }] } : service,
  );
  return { ...config, services: { ...config.services, application } };
}

describe('a release', () => {
  it('names its revisions, the first one of an app too', async () => {
    const { app, before } = await deployed();
    for (const name of SERVICES) {
      expect(Object.entries(before[name] ?? {})).toEqual([[expect.stringMatching(/--r[0-9a-z]{10}-1$/), 100]]);
    }
    const requests = JSON.stringify(
      app.environment.simulator.requests().filter(({ path }) => SERVICES.includes(path.split('/').at(-1) ?? '')),
    );
    expect(requests).not.toContain('latestRevision":true');
  });

  it('gives the new revisions no traffic before all of them are judged', async () => {
    const { app, before } = await deployed();
    await released(app, SERVICES);
    expect(applicationTraffic(app)).toEqual(before);
    for (const name of SERVICES) expect((await revisions(app, name)).filter(({ active }) => active)).toHaveLength(2);
  });

  it('asks only about what is not well as long as it is not, and about everybody before traffic moves', async () => {
    const { app } = await deployed();
    await released(app, ['draft-service']);
    const { simulator } = app.environment;
    simulator.behave({ unhealthy: { 'draft-service': 'never-ready' } });
    const calls: string[][] = [];
    let from = simulator.requests().length;
    const askedSince = (): string[] => {
      const since = simulator.requests().slice(from);
      from += since.length;
      return [...new Set(since.flatMap(({ path }) => /containerApps\/([a-z-]+)/.exec(path)?.[1] ?? []))].sort();
    };
    await app.environment.runStep(verifyDeployment, {}, () => {
      calls.push(askedSince());
      if (calls.length === 3) simulator.behave({ unhealthy: {} });
    });
    const everybody = [...SERVICES, 'qdrant', 'rabbitmq'].sort();
    expect(calls.slice(0, 4)).toEqual([everybody, ['draft-service'], ['draft-service'], everybody]);
  });

  it('moves traffic in the order of who refers to whom, then stops the old revisions', async () => {
    const { app, before } = await deployed();
    await released(app, SERVICES);
    const context = await app.run(verifyDeployment);
    const moved = context.told.flatMap((message) => /^([a-z-]+): traffic to/.exec(message)?.[1] ?? []);
    expect([...moved].sort()).toEqual([...SERVICES].sort());
    expect(moved.indexOf('api-gateway')).toBe(4);
    expect(moved.indexOf('draft-service')).toBeLessThan(moved.indexOf('rag-service'));
    const after = applicationTraffic(app);
    for (const name of SERVICES) {
      expect(Object.values(after[name] ?? {})).toEqual([100]);
      expect(after[name]).not.toEqual(before[name]);
      expect((await revisions(app, name)).filter(({ active }) => active)).toHaveLength(1);
    }
  });

  it('leaves the traffic of an app that was replaced until now where it is, until the new revision is judged', async () => {
    const { app } = await deployed((config) => asConsumer(config, 'draft_service'));
    const before = traffic(app)['draft-service'];
    const { config } = app.environment;
    app.environment.config = {
      ...config,
      services: {
        ...config.services,
        application: config.services.application.map((service) => ({ ...service, consumer: false })),
      },
    };
    const since = app.environment.simulator.requests().length;
    await released(app, ['draft-service']);
    expect(observed(app, 'draft-service', since)).toEqual([JSON.stringify(before)]);
    await app.run(verifyDeployment);
    const serving = app.environment.state.steps.deploy_application_services?.outputs['app.draft_service'];
    expect(traffic(app)['draft-service']).toEqual({ [String(serving)]: 100 });
    expect(before).not.toEqual(traffic(app)['draft-service']);
  });

  it('replaces what is marked as a consumer, as it does infrastructure', async () => {
    const { app } = await deployed((config) => asConsumer(config, 'draft_service'));
    await released(app, ['draft-service']);
    await app.run(verifyDeployment);
    const apps = app.environment.simulator.state().resources;
    const modes = Object.values(apps).flatMap(({ id, body }) => {
      const { configuration } = (body.properties ?? {}) as { configuration?: { activeRevisionsMode?: string } };
      return /containerApps\/(draft-service|rabbitmq|rag-service)$/.test(id)
        ? [`${id.split('/').at(-1)} ${configuration?.activeRevisionsMode}`]
        : [];
    });
    expect(modes.sort()).toEqual(['draft-service Single', 'rabbitmq Single', 'rag-service Multiple']);
    expect((await revisions(app, 'draft-service')).filter(({ active }) => active)).toHaveLength(1);
  });

  it('gives a canary its share, watches it, and then all', async () => {
    const { app, before } = await deployed((config) => ({
      ...config,
      release: { ...config.release, strategy: 'canary', steps: [10, 50, 100], bakeTimeInSeconds: 120 },
    }));
    await released(app, ['rag-service']);
    const since = app.environment.simulator.requests().length;
    const began = app.environment.clock.now().getTime();
    await app.run(verifyDeployment);
    const [old = ''] = Object.keys(before['rag-service'] ?? {});
    const shares = observed(app, 'rag-service', since).map(
      (one) => (JSON.parse(one) as Record<string, number>)[old] ?? 0,
    );
    expect(shares).toEqual([100, 90, 50, 0]);
    expect(app.environment.clock.now().getTime() - began).toBeGreaterThanOrEqual(240_000);
  });

  it('keeps labels that others gave', async () => {
    const { app, before } = await deployed();
    const [old = ''] = Object.keys(before['rag-service'] ?? {});
    const { azure, simulator, config } = app.environment;
    const id = `/subscriptions/${simulator.subscriptionId}/resourceGroups/${config.azure.resourceGroup}/providers/Microsoft.App/containerApps/rag-service`;
    const labelled = [{ revisionName: old, weight: 100, label: 'stable' }];
    await app.environment.finish(
      await azure.arm.patch(id, '2026-01-01', { properties: { configuration: { ingress: { traffic: labelled } } } }),
    );
    await released(app, ['rag-service']);
    await app.run(verifyDeployment);
    const live = await azure.arm.get(id, '2026-01-01');
    expect(JSON.stringify(live)).toContain(`"revisionName":"${old}","weight":0,"label":"stable"`);
    const labelledRevision = (await revisions(app, 'rag-service')).find(({ name }) => name === old);
    expect(labelledRevision?.active).toBe(true);
  });

  it('asks internal services from within the environment, once for each new revision', async () => {
    const { app } = await deployed((config) => withSmoke(config, 'draft_service'));
    const starts = (): number =>
      app.environment.simulator.requests().filter(({ path }) => path.endsWith('/jobs/draft-service-smoke/start'))
        .length;
    expect(starts()).toBe(1);
    await released(app, ['draft-service']);
    await app.run(verifyDeployment);
    expect(starts()).toBe(2);
    const bodies = app.environment.simulator
      .requests()
      .flatMap(({ path, body }) => (path.endsWith('/start') ? [JSON.stringify(body)] : []));
    const [target = ''] = Object.keys(traffic(app)['draft-service'] ?? {});
    expect(bodies.at(-1)).toContain(`${target}.internal.`);
  });

  it('gives an internal service that may be scaled to nothing a request to wake up for', async () => {
    const { app } = await deployed((config) => ({
      ...config,
      services: {
        ...config.services,
        application: config.services.application.map((service) => ({
          ...service,
          minReplicas: service.key === 'draft_service' ? 0 : service.minReplicas,
        })),
      },
    }));
    const starts = app.environment.simulator
      .requests()
      .filter(({ path }) => path.endsWith('/draft-service-smoke/start'));
    expect(starts).toHaveLength(1);
    expect(JSON.stringify(starts[0]?.body)).toContain('/health');
  });
});

describe('a release whose verification fails', () => {
  it('never gets traffic when it is sick from the start, tells its logs, and its revision is stopped', async () => {
    const { app, before } = await deployed();
    await released(app, ['draft-service', 'rag-service']);
    const image = app.environment.state.steps.build_and_push_images?.outputs['image.draft_service'] ?? '';
    app.environment.simulator.behave({ unhealthy: { [image.split('@')[1] ?? '']: 'crash' } });
    const since = app.environment.simulator.requests().length;
    await expect(app.run(verifyDeployment)).rejects.toMatchObject({
      code: 'service_unhealthy',
      message: expect.stringMatching(
        /draft-service is not healthy[\s\S]*the platform said[\s\S]*ContainerBackOff[\s\S]*its console ends[\s\S]*told to crash[\s\S]*rolled back/,
      ),
    });
    expect(applicationTraffic(app)).toEqual(before);
    for (const name of SERVICES) {
      expect(observed(app, name, since), name).toEqual([JSON.stringify(before[name])]);
      expect(
        (await revisions(app, name)).filter(({ active }) => active),
        name,
      ).toHaveLength(1);
    }
  });

  it('takes back the two that have moved when the third fails', async () => {
    const { app, before } = await deployed();
    await released(app, SERVICES);
    const since = app.environment.simulator.requests().length;
    const sick: string[] = [];
    const failing = app.run(verifyDeployment, false, (context) => {
      const moved = context.told
        .filter((message) => message.includes('traffic to'))
        .map((one) => one.split(':')[0] ?? '');
      const third = moved[2];
      if (third === undefined || sick.length > 0) return;
      sick.push(...moved.slice(0, 2));
      const [target = ''] = Object.keys(traffic(app)[third] ?? {});
      app.environment.simulator.behave({ unhealthy: { [target]: 'probes' } });
    });
    await expect(failing).rejects.toMatchObject({ message: expect.stringContaining('rolled back') });
    expect(sick).toHaveLength(2);
    for (const name of sick) {
      const old = JSON.stringify(before[name]);
      expect(observed(app, name, since)).toEqual([old, expect.not.stringContaining(old), old]);
    }
    expect(applicationTraffic(app)).toEqual(before);
  });

  it('is taken back when it does not answer a smoke request, inside or outside', async () => {
    const { app, before } = await deployed((config) => withSmoke(config, 'draft_service'));
    await released(app, ['draft-service']);
    app.environment.simulator.behave({
      failingJobs: { 'draft-service-smoke': { times: 1, exitCode: 1, console: ['GET /ready answers 500, not 200'] } },
    });
    await expect(app.run(verifyDeployment)).rejects.toMatchObject({
      code: 'smoke_failed',
      message: expect.stringMatching(/answers 500, not 200[\s\S]*rolled back/),
    });
    expect(applicationTraffic(app)).toEqual(before);
    await released(app, ['api-gateway']);
    app.environment.config = withSmoke(app.environment.config, 'api_gateway');
    const gateway = app.environment.config.services.application.find(({ key }) => key === 'api_gateway');
    Object.assign(gateway ?? {}, { smoke: [{ path: '/api/v1/health', method: 'GET', contains: 'no such text' }] });
    await expect(app.run(verifyDeployment)).rejects.toMatchObject({
      message: expect.stringMatching(/api-gateway--\S+ does not contain "no such text"[\s\S]*rolled back/),
    });
    expect(applicationTraffic(app)).toEqual(before);
  });

  it('leaves everything as it is where the configuration says keep', async () => {
    const { app, before } = await deployed((config) => ({
      ...config,
      release: { ...config.release, onFailure: 'keep' },
    }));
    await released(app, ['rag-service']);
    app.environment.simulator.behave({ unhealthy: { 'rag-service': 'probes' } });
    await expect(app.run(verifyDeployment)).rejects.toMatchObject({
      message: expect.stringContaining('Kept as it is'),
    });
    expect(applicationTraffic(app)).toEqual(before);
    expect((await revisions(app, 'rag-service')).filter(({ active }) => active)).toHaveLength(2);
  });

  it('is taken back when Azure refuses to move its traffic, and goes on when it only was busy', async () => {
    const { app, before } = await deployed();
    await released(app, ['draft-service', 'rag-service']);
    const refuse = (nth: number, code: string, status: number): void =>
      app.environment.simulator.addFault({
        match: { method: 'PATCH', path: '/containerApps/rag-service$' },
        nth,
        fault: { kind: 'status', status, code },
      });
    refuse(1, 'ContainerAppOperationInProgress', 409);
    refuse(2, 'RequestDisallowedByPolicy', 403);
    await expect(app.run(verifyDeployment)).rejects.toMatchObject({
      shownCode: 'RequestDisallowedByPolicy',
      message: expect.stringContaining('rolled back'),
    });
    expect(applicationTraffic(app)).toEqual(before);
  });

  it('says of a first release that there is nothing to go back to', async () => {
    const app = await application();
    for (const step of LAST_STEPS) if (step !== verifyDeployment) await app.run(step);
    app.environment.simulator.behave({ unhealthy: { 'rag-service': 'crash' } });
    await expect(app.run(verifyDeployment)).rejects.toMatchObject({
      message: expect.stringMatching(/rag-service is not healthy(?![\s\S]*rolled back)/),
    });
  });

  it('comes to the same end when it is killed after every call', async () => {
    const { app, before } = await deployed();
    await released(app, SERVICES);
    const overrides = { runId: runIdOf(99990) };
    const crash = (): never => {
      const moved = SERVICES.filter((name) => JSON.stringify(traffic(app)[name]) !== JSON.stringify(before[name]));
      // Who moves last falls ill when others have moved.
      if (moved.length >= 2) app.environment.simulator.behave({ unhealthy: { 'api-gateway': 'crash' } });
      throw new Error('killed');
    };
    let crashes = 0;
    for (;;) {
      // Each call starts from what is on disk.
      const ended = await app.environment.runStep(verifyDeployment, overrides, crash).catch((error: Error) => error);
      if (!(ended instanceof Error) || ended.message !== 'killed') {
        expect(ended).toMatchObject({ message: expect.stringContaining('rolled back') });
        break;
      }
      crashes += 1;
    }
    expect(crashes).toBeGreaterThan(5);
    expect(applicationTraffic(app)).toEqual(before);
    for (const name of SERVICES) expect((await revisions(app, name)).filter(({ active }) => active)).toHaveLength(1);
  });

  it('goes back to the same revisions in the run that takes over from one that was killed half-way', async () => {
    const { app, before } = await deployed();
    await released(app, SERVICES);
    const [first, next] = [runIdOf(99990), runIdOf(99991)];
    const killed = app.environment.runStep(verifyDeployment, { runId: first }, () => {
      const moved = SERVICES.filter((name) => JSON.stringify(traffic(app)[name]) !== JSON.stringify(before[name]));
      if (moved.length >= 2) throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    app.environment.simulator.behave({ unhealthy: { 'api-gateway': 'crash' } });
    const takingOver = app.environment.runStep(verifyDeployment, { runId: next, adoptsOperationsOf: first });
    await expect(takingOver).rejects.toThrow('rolled back');
    expect(applicationTraffic(app)).toEqual(before);
    for (const name of SERVICES) expect((await revisions(app, name)).filter(({ active }) => active)).toHaveLength(1);
  });

  it('makes another revision, with a name of its own, when it is tried again', async () => {
    const { app } = await deployed();
    await released(app, ['rag-service']);
    app.environment.simulator.behave({ unhealthy: { 'rag-service': 'probes' } });
    await expect(app.run(verifyDeployment)).rejects.toThrow('rolled back');
    app.environment.simulator.behave({ unhealthy: {} });
    await app.run(deployApplicationServices);
    await app.run(configureEnvironmentVariables);
    await app.run(verifyDeployment);
    expect(await revisions(app, 'rag-service')).toHaveLength(3);
    const serving = app.environment.state.steps.deploy_application_services?.outputs['app.rag_service'];
    expect(traffic(app)['rag-service']).toEqual({ [String(serving)]: 100 });
  });
});
