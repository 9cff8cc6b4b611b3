import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import type { Azure, JobExecutionView } from '../../../src/azure/ports.ts';
import type { ServiceConfig } from '../../../src/domain/config/model.ts';
import { RUN_MARK } from '../../../src/domain/config/service/own-variables.ts';
import type { DesiredResource } from '../../../src/domain/desired.ts';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import { type ExecutionOrder, followExecution } from '../../../src/release/job-execution.ts';
import { JOB as JOBS } from '../../../src/resources/job.ts';
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
const JOB: DesiredResource = {
  id: '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.App/jobs/api-migration',
  kind: JOBS,
  key: 'job:api',
  title: 'migration job of api',
  step: 'run_migrations',
  body: {},
};
const ORDER: ExecutionOrder = {
  job: JOB,
  service: SERVICE,
  subject: 'image-1',
  title: 'the migration of api',
  timeoutInSeconds: 600,
  told: { container: (mark) => ({ name: 'migration', env: [{ name: RUN_MARK, value: mark }] }) },
  failure: { code: 'migration_failed', hint: 'Correct it.' },
};

const WITH_SECRETS: EnvironmentState = {
  ...emptyState('default'),
  steps: {
    store_secrets: {
      status: 'completed',
      timestamp: 't',
      dependency_hash: 'h',
      dependencies: {},
      outputs: { 'secret.JWT-SECRET': 'https://kv/secrets/JWT-SECRET/1', 'secret.REDIS-URL': 'https://kv/x' },
      metadata: {},
    },
  },
};

interface Bench {
  readonly fake: FakeAzure;
  readonly context: TestContext;
  readonly executions: JobExecutionView[];
}

/** Azure with these executions, which a test changes. */
async function bench(): Promise<Bench> {
  const fake = fakeAzure();
  const executions: JobExecutionView[] = [];
  const apps: Azure['apps'] = {
    ...fake.azure.apps,
    executions: async () => executions,
    execution: async (_subscription, _group, _job, name) => executions.find((one) => one.name === name),
  };
  const known = { 'image.api': 'x.azurecr.io/api@sha256:1', vaultUri: 'https://kv.vault.azure.net' };
  const context = await stepContext({ ...fake.azure, apps }, { known, state: WITH_SECRETS });
  return { fake, context, executions };
}

/** Starts it, and loses the answer. */
async function lose({ fake, context }: Bench): Promise<string> {
  const accept = fake.refuse;
  fake.refuse = ({ method }) => {
    if (method === 'POST') throw new AzureError({ code: 'ConnectionFailed', message: 'gone' });
  };
  await expect(followExecution(context, ORDER)).rejects.toThrow(AzureError);
  fake.refuse = accept;
  return ((await context.remembered())['execution:api'] as { mark: string }).mark;
}

describe('a job whose start got no answer', () => {
  it('is not started again when its execution shows up', async () => {
    const test = await bench();
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
    const test = await bench();
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

describe('the log of a failed job', () => {
  async function failing(): Promise<Bench & { readonly order: string[] }> {
    const test = await bench();
    const order: string[] = [];
    test.context.azure.apps.executionLog = async () => {
      order.push('log');
      return ['a line'];
    };
    await followExecution(test.context, ORDER);
    const { mark } = (await test.context.remembered())['execution:api'] as { mark: string };
    test.executions.push({ name: 'e-1', status: 'Failed', env: { [RUN_MARK]: mark } });
    test.fake.refuse = ({ method, path }) => {
      if (method === 'SECRET') order.push(path);
    };
    return { ...test, order };
  }

  it('is read only after every secret that the application was given, so that the masker knows them', async () => {
    const { context, order } = await failing();
    await expect(followExecution(context, ORDER)).rejects.toThrow('a line');
    expect(order).toEqual(['JWT-SECRET', 'REDIS-URL', 'log']);
  });

  it('is not shown when the vault cannot be read', async () => {
    const { context, fake, order } = await failing();
    fake.refuse = ({ method }) => {
      if (method === 'SECRET')
        throw new AzureError({ code: 'ForbiddenByFirewall', message: 'no way', statusCode: 403 });
    };
    await expect(followExecution(context, ORDER)).rejects.toThrow(/the log is not shown.*no way/);
    expect(order).toEqual([]);
  });
});
