import { describe, expect, it } from 'vitest';
import { followExecution } from '../../../src/activities/job-execution.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import type { Azure, JobExecutionView } from '../../../src/azure/ports.ts';
import type { ServiceConfig } from '../../../src/domain/config/model.ts';
import type { DesiredResource } from '../../../src/domain/resources/desired.ts';
import { RUN_MARK } from '../../../src/domain/resources/migration-job.ts';
import { type FakeAzure, fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext, type TestContext } from '../../helpers/step-context.ts';

const SERVICE: ServiceConfig = {
  key: 'api',
  name: 'api',
  kind: 'application',
  dockerfile: 'Dockerfile',
  port: 80,
  cpu: 0.5,
  memory: '1Gi',
  minReplicas: 1,
  maxReplicas: 1,
  ingress: 'internal',
  transport: 'http',
  env: {},
  migration: { command: ['migrate'], requires: [], isDefault: false },
  consumer: false,
};
const JOB = {
  id: '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.App/jobs/api-migration',
  apiVersion: '1',
} as DesiredResource;
const ORDER = { job: JOB, service: SERVICE, subject: 'image-1' };

/** Azure with these executions, which a test changes. */
function bench(): { fake: FakeAzure; context: TestContext; executions: JobExecutionView[] } {
  const fake = fakeAzure();
  const executions: JobExecutionView[] = [];
  const apps: Azure['apps'] = {
    ...fake.azure.apps,
    executions: async () => executions,
    execution: async (_subscription, _group, _job, name) => executions.find((one) => one.name === name),
  };
  const context = stepContext({ ...fake.azure, apps }, { known: { 'image.api': 'x.azurecr.io/api@sha256:1' } });
  return { fake, context, executions };
}

/** Starts it, and loses the answer. */
async function lose({ fake, context }: ReturnType<typeof bench>): Promise<string> {
  const accept = fake.refuse;
  fake.refuse = ({ method }) => {
    if (method === 'POST') throw new AzureError({ code: 'ConnectionFailed', message: 'gone' });
  };
  await expect(followExecution(context, ORDER)).rejects.toThrow(AzureError);
  fake.refuse = accept;
  return (context.remembered.get('execution:api') as { mark: string }).mark;
}

describe('a job whose start got no answer', () => {
  it('is not started again when its execution shows up', async () => {
    const test = bench();
    const mark = await lose(test);
    test.executions.push({ name: 'e-0', status: 'Running', env: { [RUN_MARK]: 'of somebody else' } });
    test.executions.push({ name: 'e-1', status: 'Running', env: { [RUN_MARK]: mark } });
    expect(await followExecution(test.context, ORDER)).toMatchObject({ kind: 'waiting' });
    test.context.pass(120);
    expect(await followExecution(test.context, ORDER)).toMatchObject({ kind: 'waiting' });
    expect(test.fake.posts).toEqual([]);
    test.executions[1] = { name: 'e-1', status: 'Succeeded', env: {} };
    expect(await followExecution(test.context, ORDER)).toBeUndefined();
  });

  it('is started again only when nothing has shown up for a minute', async () => {
    const test = bench();
    await lose(test);
    expect(await followExecution(test.context, ORDER)).toMatchObject({ on: 'the migration of api to appear' });
    test.context.pass(59);
    await followExecution(test.context, ORDER);
    expect(test.fake.posts).toEqual([]);
    test.context.pass(2);
    await followExecution(test.context, ORDER);
    expect(test.fake.posts.map(({ path }) => path)).toEqual([`${JOB.id}/start`]);
  });
});
