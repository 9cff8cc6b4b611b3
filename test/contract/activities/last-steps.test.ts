import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildAndPushImages } from '../../../src/activities/build-and-push-images.ts';
import { configureEnvironmentVariables } from '../../../src/activities/configure-environment-variables.ts';
import { deployInfrastructureServices } from '../../../src/activities/deploy-infrastructure-services.ts';
import { runMigrations } from '../../../src/activities/run-migrations.ts';
import { verifyDeployment } from '../../../src/activities/verify-deployment.ts';
import { UserError } from '../../../src/shared/errors.ts';
import { isJsonObject, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { openSource } from '../../../src/source/source-tree.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { type Application, application, deployed, LAST_STEPS } from './example-application.ts';

function accepted({ environment }: Application, path: RegExp): number {
  return environment.simulator
    .requests()
    .filter((request) => path.test(request.path) && request.status < 300 && request.method !== 'GET').length;
}

async function liveApp({ environment }: Application, name: string): Promise<JsonObject> {
  const id = Object.values(environment.simulator.state().resources).find((one) =>
    one.id.endsWith(`/containerApps/${name}`),
  )?.id;
  return (await environment.azure.arm.get(id ?? '', '2026-01-01')) ?? {};
}

function variables(app: JsonObject): Record<string, unknown> {
  const containers = jsonAt(app, 'properties.template.containers');
  const [first] = Array.isArray(containers) ? containers : [];
  const env = isJsonObject(first) && Array.isArray(first.env) ? first.env.filter(isJsonObject) : [];
  return Object.fromEntries(
    env.map(({ name, value, secretRef }) => [String(name), value ?? `secret ${String(secretRef)}`]),
  );
}

function imagesOf({ environment }: Application): Readonly<Record<string, string>> | undefined {
  return environment.state.steps.build_and_push_images?.outputs;
}

/** As somebody would in the portal. */
function setVariable({ environment }: Application, app: string, variable: string, value: string): void {
  environment.simulator.change(({ resources }) => {
    for (const { id, extra } of Object.values(resources)) {
      if (!id.endsWith(`/containerApps/${app}`)) continue;
      const { revisions } = extra.app as unknown as {
        revisions: { template: { containers: { env: { name: string; value?: string }[] }[] } }[];
      };
      const found = revisions.at(-1)?.template.containers[0]?.env.find(({ name }) => name === variable);
      if (found) found.value = value;
    }
  });
}

describe('steps 9 to 14 on the simulator', () => {
  it('write nothing the second time', async () => {
    const app = await deployed();
    const outputs = structuredClone(app.environment.state.steps);
    for (const step of LAST_STEPS) {
      await app.run(step);
      expect(app.environment.newWrites(), step.name).toEqual([]);
      expect(app.environment.state.steps[step.name]?.outputs, step.name).toEqual(outputs[step.name]?.outputs);
    }
  });

  it('give every service its variables, secrets by reference', async () => {
    const app = await deployed();
    const draft = variables(await liveApp(app, 'draft-service'));
    expect(draft).toMatchObject({
      ENVIRONMENT: 'production',
      PORT: '3002',
      QDRANT_URL: 'http://qdrant:6333',
      DATABASE_URL: 'secret database-url',
      GEMINI_API_KEY: 'secret gemini-api-key',
    });
    const gateway = variables(await liveApp(app, 'api-gateway'));
    expect(gateway.SPEAKER_SERVICE_URL).toMatch(/^https:\/\/speaker-service\.internal\./);
  });

  it('make one revision of one app for one changed file, and move its traffic', async () => {
    const app = await deployed();
    await appendFile(join(app.folder, 'services/draft-service/app/main.py'), '# changed\n');
    for (const step of LAST_STEPS) await app.run(step);
    const writes = app.environment.newWrites().filter((write) => /^(PUT|PATCH) .*containerApps/.test(write));
    expect(writes).toEqual([
      expect.stringMatching(/^PATCH .*\/draft-service$/),
      expect.stringMatching(/^PATCH .*\/draft-service$/),
    ]);
  });
});

describe('step 12', () => {
  it('answers only when all its writes have: an app that fails leaves no other one at work', async () => {
    const app = await deployed();
    setVariable(app, 'rag-service', 'LOG_LEVEL', 'silly');
    const { arm } = app.environment.azure;
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    let isAnswered = false;
    const get: typeof arm.get = async (id, version) => {
      if (id.endsWith('/api-gateway')) throw new UserError('not this one', { code: 'app_missing' });
      if (id.endsWith('/rag-service')) await held;
      return await arm.get(id, version);
    };
    const azure = { ...app.environment.azure, arm: { ...arm, get } };
    const ended = app.environment.runStep(configureEnvironmentVariables, { azure }).catch((error: Error) => {
      isAnswered = true;
      return error;
    });
    // Everything that can come to its end meanwhile.
    for (let turn = 0; turn < 1000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);
    release();
    expect(await ended).toMatchObject({ message: 'not this one' });
    expect(app.environment.newWrites()).toEqual([expect.stringMatching(/^PATCH .*\/rag-service$/)]);
    for (let turn = 0; turn < 1000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(app.environment.newWrites()).toEqual([]);
  });

  it('repairs a variable that was changed by hand, and says so', async () => {
    const app = await deployed();
    setVariable(app, 'rag-service', 'LOG_LEVEL', 'silly');
    expect(variables(await liveApp(app, 'rag-service')).LOG_LEVEL).toBe('silly');
    const context = await app.run(configureEnvironmentVariables);
    expect(variables(await liveApp(app, 'rag-service')).LOG_LEVEL).toBe('info');
    expect(JSON.stringify(context.logged)).toContain('rag-service');
    expect(app.environment.newWrites()).toHaveLength(1);
  });
});

describe('step 9', () => {
  it('stops at a build that fails with the end of its log, and later builds only that one', async () => {
    const app = await application();
    const dockerfile = join(app.folder, 'docker/Dockerfile.rag-service');
    const text = await readFile(dockerfile, 'utf8');
    await writeFile(dockerfile, text.replace('EXPOSE', 'RUN exit 1\nEXPOSE'));
    await expect(app.run(buildAndPushImages)).rejects.toMatchObject({
      code: 'build_failed',
      message: expect.stringMatching(/rag_service failed[\s\S]*exit 1/),
    });
    await writeFile(dockerfile, text);
    await app.run(buildAndPushImages);
    expect(accepted(app, /scheduleRun$/)).toBe(6);
  });

  it('does not ask twice for a build whose answer was lost', async () => {
    const app = await application();
    app.environment.simulator.addFault({
      match: { path: 'scheduleRun$' },
      nth: 2,
      fault: { kind: 'reset', afterEffect: true },
    });
    const { runStep } = app.environment;
    const secrets = { literal: () => undefined, environment: () => 'value' };
    const { logged } = await runStep(buildAndPushImages, { source: await app.source(), secrets });
    const builds = Object.values(app.environment.simulator.state().registries).flatMap(({ runs }) => runs);
    expect(builds).toHaveLength(5);
    // The log of the one whose answer was lost is told as well.
    expect(logged.filter((line) => /Run ID: ch\d was successful/.test(line))).toHaveLength(5);
  });

  it('tries each image again on its own when its builder had a bad moment', async () => {
    const app = await application();
    app.environment.simulator.addFault({
      match: { method: 'POST', path: 'scheduleRun$' },
      nth: 3,
      fault: { kind: 'status', status: 503, code: 'ServiceUnavailable' },
    });
    const context = await app.run(buildAndPushImages);
    expect(context.logged.filter((line) => /^warning: .*attempt 1/.test(line))).toHaveLength(1);
    expect(accepted(app, /scheduleRun$/)).toBe(5);
  });

  it('builds no image that is in the registry already, whoever built it, unless it is forced', async () => {
    const app = await deployed();
    await app.environment.forgetStep('build_and_push_images');
    await app.run(buildAndPushImages);
    expect(accepted(app, /scheduleRun$/)).toBe(5);
    await app.run(buildAndPushImages, true);
    expect(accepted(app, /scheduleRun$/)).toBe(10);
  });

  it('says what to do where registry builds are not allowed', async () => {
    const app = await application();
    app.environment.simulator.addFault({
      match: { path: 'scheduleRun$' },
      fault: { kind: 'status', status: 400, code: 'TasksOperationsNotAllowed' },
    });
    await expect(app.run(buildAndPushImages)).rejects.toMatchObject({ code: 'TasksOperationsNotAllowed' });
  });

  it('takes what is there when builds are skipped, and fails when nothing is', async () => {
    const empty = await application((config) => ({ ...config, deployment: { ...config.deployment, skipBuild: true } }));
    await expect(empty.run(buildAndPushImages)).rejects.toMatchObject({ code: 'image_missing' });
    const full = await deployed();
    const before = imagesOf(full);
    full.environment.config = {
      ...full.environment.config,
      deployment: { ...full.environment.config.deployment, skipBuild: true },
    };
    await full.environment.forgetStep('build_and_push_images');
    await full.run(buildAndPushImages);
    expect(imagesOf(full)).toEqual(before);
    expect(full.environment.newWrites().filter((write) => write.includes('scheduleRun'))).toEqual([]);
  });

  it('takes prebuilt images from another registry', async () => {
    const app = await application((config) => ({
      ...config,
      docker: { ...config.docker, registry: { server: 'registry.example.com' } },
    }));
    await app.run(buildAndPushImages);
    expect(app.environment.state.steps.build_and_push_images?.outputs['image.api_gateway']).toBe(
      'registry.example.com/api-gateway:latest',
    );
  });
});

describe('step 13', () => {
  it('stops at a migration that fails with its log, before any new revision', async () => {
    const app = await application();
    await app.run(deployInfrastructureServices);
    await app.run(buildAndPushImages);
    app.environment.simulator.behave({
      failingJobs: { 'draft-service-migrate': { times: 1, exitCode: 3, console: ['relation "x" already exists'] } },
    });
    await expect(app.run(runMigrations)).rejects.toMatchObject({
      code: 'migration_failed',
      message: expect.stringContaining('relation "x" already exists'),
    });
    expect(accepted(app, /containerApps\/draft-service$/)).toBe(0);
    await app.run(runMigrations);
  });

  it('writes the jobs side by side, then runs one migration after the other', async () => {
    const app = await deployed();
    const calls = app.environment.simulator
      .requests()
      .filter(({ method, path, status }) => method !== 'GET' && /\/jobs\//.test(path) && status < 300)
      .map(({ method, path }) => `${method} ${path.split('/jobs/')[1]}`);
    const services = ['speaker-service', 'draft-service', 'rag-service', 'evaluation-service'];
    const jobs = services.map((service) => `${service}-migrate`);
    expect(calls.slice(0, jobs.length).toSorted()).toEqual(jobs.map((job) => `PUT ${job}`).toSorted());
    expect(calls.slice(jobs.length)).toEqual(jobs.map((job) => `POST ${job}/start`));
  });

  it('runs a migration once for an image, and again when it is forced', async () => {
    const app = await deployed();
    const starts = accepted(app, /\/start$/);
    expect(starts).toBe(4);
    await app.run(runMigrations);
    expect(accepted(app, /\/start$/)).toBe(starts);
    await app.run(runMigrations, true);
    expect(accepted(app, /\/start$/)).toBe(starts * 2);
  });

  it('leaves out a default migration whose files are not there, and says why', async () => {
    const app = await application();
    await app.run(buildAndPushImages);
    const bare = await openSource(await tempDirectory());
    const context = await app.environment.runStep(runMigrations, { source: bare });
    expect(accepted(app, /\/start$/)).toBe(0);
    expect(JSON.stringify(context.logged)).toContain('services/rag-service/alembic.ini');
  });
});

describe('step 14', () => {
  it('fails for a revision that is not healthy, with what its replicas say', async () => {
    const app = await deployed();
    const image = app.environment.state.steps.build_and_push_images?.outputs['image.draft_service'] ?? '';
    app.environment.simulator.makeUnhealthy(image.split('@')[1] ?? '');
    await expect(app.run(verifyDeployment)).rejects.toMatchObject({
      code: 'service_unhealthy',
      message: expect.stringMatching(/draft-service is not healthy[\s\S]*ProbeFailure/),
    });
  });

  it('reports addresses and the Swagger path', async () => {
    const app = await deployed();
    const outputs = app.environment.state.steps.verify_deployment?.outputs ?? {};
    expect(outputs['address.api_gateway']).toMatch(/^https:\/\/api-gateway\..*\.azurecontainerapps\.io$/);
    expect(outputs.swagger).toBe(`${outputs['address.api_gateway']}/api/docs`);
  });
});
