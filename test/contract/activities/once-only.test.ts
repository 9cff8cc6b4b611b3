import { describe, expect, it } from 'vitest';
import { buildAndPushImages } from '../../../src/activities/build-and-push-images.ts';
import { deployInfrastructureServices } from '../../../src/activities/deploy-infrastructure-services.ts';
import { runMigrations } from '../../../src/activities/run-migrations.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import type { Step } from '../../../src/engine/step.ts';
import type { Fault } from '../../../src/simulator/faults.ts';
import { runIdOf } from '../../helpers/step-context.ts';
import { type Application, application } from './example-application.ts';

/** What leaves it open whether the request had an effect, with and without one. */
const FAULTS: readonly (readonly [string, Fault])[] = [
  ['the connection is lost after the effect', { kind: 'reset', afterEffect: true }],
  ['the connection is lost before the effect', { kind: 'reset' }],
  ['500 after the effect', { kind: 'status', status: 500, code: 'InternalServerError', afterEffect: true }],
  ['500 before the effect', { kind: 'status', status: 500, code: 'InternalServerError' }],
  ['503 after the effect', { kind: 'status', status: 503, code: 'ServiceUnavailable', afterEffect: true }],
  ['504 in HTML after the effect', { kind: 'status', status: 504, body: '<html>', afterEffect: true }],
  ['the answer is cut off', { kind: 'truncate' }],
  ['429 before the effect', { kind: 'status', status: 429, code: 'TooManyRequests', retryAfterInSeconds: 1 }],
];

const secrets = { literal: () => undefined, environment: () => 'value' };

/** As a run would: again after every failure; a run that comes after another takes over from it. */
async function untilDone({ environment, source }: Application, step: Step, runIds: readonly string[]): Promise<void> {
  for (const [index, runId] of runIds.entries()) {
    const before = runIds[index - 1] ?? runId;
    const adopting = before === runId ? {} : { adoptsOperationsOf: before };
    try {
      await environment.runStep(step, { source: await source(), secrets, runId, ...adopting });
      return;
    } catch (error) {
      if (!(error instanceof AzureError)) throw error;
    }
  }
  throw new Error(`${step.name} did not complete in ${runIds.length} attempts`);
}

const RUN = runIdOf(99990);
const SAME_RUN = [RUN, RUN, RUN];
const NEXT_RUN = [RUN, runIdOf(99991), runIdOf(99992)];

function builds({ environment }: Application): readonly unknown[] {
  return Object.values(environment.simulator.state().registries).flatMap(({ runs }) => runs);
}

/** Of all jobs that migrate. */
async function executions({ environment: { simulator, azure } }: Application): Promise<readonly string[]> {
  const jobs = Object.values(simulator.state().resources).filter(({ id }) => /\/jobs\/[^/]+-migrate$/.test(id));
  const found = jobs.map(async ({ id }) => {
    const [, , subscription = '', , group = ''] = id.split('/');
    return await azure.apps.executions(subscription, group, id.split('/').at(-1) ?? '');
  });
  return (await Promise.all(found)).flat().map(({ name }) => name);
}

describe('a build is asked for once for each image', () => {
  it.each(FAULTS)('when %s', async (_, fault) => {
    const app = await application();
    app.environment.simulator.addFault({ match: { method: 'POST', path: 'scheduleRun$' }, nth: 2, fault });
    await untilDone(app, buildAndPushImages, SAME_RUN);
    expect(builds(app)).toHaveLength(5);
  });
});

describe('a job is started once for each migration', () => {
  it.each(
    FAULTS.flatMap(([name, fault]) => [
      [name, 'another attempt', fault, SAME_RUN] as const,
      [name, 'the next run', fault, NEXT_RUN] as const,
    ]),
  )('when %s and %s goes on', async (_, __, fault, runIds) => {
    const app = await application(undefined, [deployInfrastructureServices, buildAndPushImages]);
    app.environment.simulator.addFault({ match: { method: 'POST', path: '/jobs/[^/]+/start$' }, nth: 2, fault });
    await untilDone(app, runMigrations, runIds);
    expect(await executions(app)).toHaveLength(4);
  });
});

describe('a build that the registry has forgotten', () => {
  it.each([
    ['is not asked for again when its image is there', false, 5],
    ['is asked for again when it left no image', true, 10],
  ])('%s', async (_, withoutImages, expected) => {
    const app = await application();
    const { simulator } = app.environment;
    let asked = 0;
    await app.environment.runStep(buildAndPushImages, { source: await app.source(), secrets }, () => {
      if (asked > 0) return;
      asked = builds(app).length;
      simulator.change(({ registries }) => {
        for (const registry of Object.values(registries)) {
          registry.runs = [];
          if (withoutImages) registry.pushes = [];
        }
      });
    });
    expect(asked).toBe(5);
    expect(asked + builds(app).length).toBe(expected);
  });
});
