import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { buildImage, container, createSurroundings, type Surroundings } from '../../helpers/simulated-application.ts';
import { manualClock } from '../../helpers/simulated-clock.ts';

const FILES = { Dockerfile: 'FROM alpine\nCOPY . /\n', 'main.py': 'print()' };
const JOB = 'providers/Microsoft.App/jobs/api-migrate';
const PREVIEW = '2023-11-02-preview';

function jobBody({ identity, environment }: Surroundings): JsonObject {
  return {
    location: 'westeurope',
    identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } },
    properties: {
      environmentId: environment,
      configuration: {
        triggerType: 'Manual',
        replicaTimeout: 600,
        replicaRetryLimit: 0,
        registries: [{ server: 'crdemo.azurecr.io', identity }],
      },
      template: { containers: [migration()] },
    },
  };
}

function migration(changes: JsonObject = {}): JsonObject {
  const { probes: _, ...rest } = container('crdemo.azurecr.io/app:v1', { command: ['npm', 'run', 'migrate'] });
  return { ...rest, ...changes };
}

async function withJob(
  options: Parameters<typeof simulatedClients>[0] = {},
  files: Readonly<Record<string, string>> = FILES,
): Promise<SimulatedClients> {
  const clients = await simulatedClients(options);
  const around = await createSurroundings(clients);
  options.clock?.advance(600);
  await buildImage(clients, around.registry, 'app:v1', files);
  options.clock?.advance(100);
  await clients.create(JOB, jobBody(around), '2026-01-01');
  return clients;
}

async function consoleOf({ arm, send }: SimulatedClients, execution: string): Promise<string> {
  const replicas = await arm('GET', `${JOB}/executions/${execution}/replicas`, undefined, PREVIEW);
  const [replica] = replicas.body.value as JsonObject[];
  const [first] = (replica?.properties as { containers: JsonObject[] } | undefined)?.containers ?? [];
  const token = (await arm('POST', `${JOB}/getAuthToken`, undefined, PREVIEW)).body.properties as JsonObject;
  return (
    await send('GET', `${String(first?.logStreamEndpoint)}?tailLines=50&output=text`, { token: String(token.token) })
  ).text;
}

describe('a job through the official client', () => {
  it('is started, with an environment of its own for the execution, and succeeds', async () => {
    const clients = await withJob();
    const client = clients.containerApps();
    const template = {
      containers: [
        {
          name: 'app',
          image: 'crdemo.azurecr.io/app:v1',
          command: ['npm', 'run', 'migrate'],
          env: [{ name: 'RUN_ID', value: 'r1' }],
        },
      ],
    };
    const started = await client.jobs.start('rg-demo', 'api-migrate', { template });
    const execution = await client.jobExecution('rg-demo', 'api-migrate', started.name ?? '');
    expect(execution).toMatchObject({
      status: 'Succeeded',
      template: { containers: [{ env: [{ name: 'RUN_ID', value: 'r1' }] }] },
    });
    await client.jobs.start('rg-demo', 'api-migrate');
    const names: (string | undefined)[] = [];
    for await (const { name } of client.jobsExecutions.list('rg-demo', 'api-migrate')) names.push(name);
    expect(names).toHaveLength(2);
    expect(names[1]).toBe(started.name);
  });
});

describe('a job that Azure refuses', () => {
  const section = { parallelism: 1, replicaCompletionCount: 1 };
  const schedule = (cronExpression: string): JsonObject => ({
    triggerType: 'Schedule',
    scheduleTriggerConfig: { ...section, cronExpression },
  });
  const rule = { name: 'orders', type: 'rabbitmq', metadata: { queueName: 'orders' } };
  const event = (scale: JsonObject): JsonObject => ({
    triggerType: 'Event',
    eventTriggerConfig: { ...section, scale },
  });
  const rules = (...list: JsonObject[]): JsonObject => event({ rules: list });

  async function answers(configurations: readonly JsonObject[]): Promise<readonly unknown[]> {
    const clients = await simulatedClients();
    const around = await createSurroundings(clients);
    const codes: unknown[] = [];
    for (const changes of configurations) {
      const properties = jobBody(around).properties as JsonObject;
      const configuration = { triggerType: 'Manual', replicaTimeout: 60, ...changes };
      const template = { containers: [migration({ image: 'docker.io/library/busybox:1.37' })] };
      const body = { ...jobBody(around), properties: { ...properties, configuration, template } };
      const { status, body: answer } = await clients.arm('PUT', 'providers/Microsoft.App/jobs/other', body);
      codes.push(status < 300 ? status : (answer.error as JsonObject).code);
      if (status < 300) await clients.arm('DELETE', 'providers/Microsoft.App/jobs/other');
    }
    return codes;
  }

  it('has a cron expression that is none', async () => {
    const wrong = ['@daily', '0 3 * *', '60 * * * *', '* * * * 7', '*/0 * * * *', 'a * * * *'].map(schedule);
    expect(await answers(wrong)).toEqual(wrong.map(() => 'InvalidCronExpression'));
    expect(await answers([schedule('20 0,1,2 * * 1-5')])).toEqual([201]);
  });

  it('has what belongs to another trigger, or a count of nothing', async () => {
    const wrong: JsonObject[] = [
      { eventTriggerConfig: { ...section, scale: { rules: [rule] } } },
      { ...schedule('* * * * *'), manualTriggerConfig: section },
      { manualTriggerConfig: { ...section, parallelism: 0 } },
      { manualTriggerConfig: { ...section, replicaCompletionCount: 0 } },
      { manualTriggerConfig: { ...section, replicaCompletionCount: 2 } },
      { replicaRetryLimit: -1 },
    ];
    expect(await answers(wrong)).toEqual(wrong.map(() => 'InvalidParameterValueInContainerTemplate'));
  });

  it('has no source of events, one of apps only, or one that asks with what is not there', async () => {
    const wrong = [
      event({ rules: [] }),
      rules({ ...rule, type: 'http' }),
      rules({ ...rule, type: 'cpu' }),
      rules(rule, rule),
      event({ rules: [rule], minExecutions: 5, maxExecutions: 2 }),
      rules({ ...rule, auth: [{ secretRef: 'none', triggerParameter: 'host' }] }),
      rules({ ...rule, identity: 'system' }),
    ];
    expect(await answers(wrong)).toEqual([
      ...Array.from({ length: 5 }, () => 'InvalidParameterValueInContainerTemplate'),
      'ContainerAppSecretRefNotFound',
      'ManagedIdentityNotAssigned',
    ]);
    expect(await answers([rules(rule)])).toEqual([201]);
  });

  it('has an ingress', async () => {
    expect(await answers([{ ingress: { targetPort: 80 } }])).toEqual(['InvalidRequestContent']);
  });
});

describe('a job execution', () => {
  it('runs for its time, and its console says what it did', async () => {
    const clock = manualClock();
    const clients = await withJob({ profile: 'realistic', speed: 1, clock });
    const { name } = (await clients.arm('POST', `${JOB}/start`, {})).body;
    const status = async () =>
      ((await clients.arm('GET', `${JOB}/executions/${String(name)}`)).body.properties as JsonObject).status;
    expect(await status()).toBe('Running');
    expect(await consoleOf(clients, String(name))).not.toContain('done');
    clock.advance(30);
    expect(await status()).toBe('Succeeded');
    expect(await consoleOf(clients, String(name))).toMatch(/\$ npm run migrate\n.*done/);
  });

  it('fails with the exit code and the lines of its image', async () => {
    const clients = await withJob({}, { ...FILES, 'db/.failing-job': '7\nrelation "users" already exists\n' });
    const { name } = (await clients.arm('POST', `${JOB}/start`, {})).body;
    const { properties } = (await clients.arm('GET', `${JOB}/executions/${String(name)}`)).body;
    expect(properties).toMatchObject({
      status: 'Failed',
      detailedStatus: { replicas: [{ containers: [{ code: 7 }] }] },
    });
    expect(await consoleOf(clients, String(name))).toContain('relation "users" already exists');
  });

  it('fails as often as it was told to', async () => {
    const clients = await withJob();
    clients.simulator.behave({ failingJobs: { 'api-migrate': { times: 1, exitCode: 2, console: ['no'] } } });
    const statuses = [];
    for (let round = 0; round < 2; round += 1) {
      const { name } = (await clients.arm('POST', `${JOB}/start`, {})).body;
      const { properties } = (await clients.arm('GET', `${JOB}/executions/${String(name)}`)).body;
      statuses.push((properties as JsonObject).status);
    }
    expect(statuses).toEqual(['Failed', 'Succeeded']);
  });

  it('can be stopped', async () => {
    const clients = await withJob({ profile: 'realistic', speed: 1, clock: manualClock() });
    const { name } = (await clients.arm('POST', `${JOB}/start`, {})).body;
    expect((await clients.arm('POST', `${JOB}/executions/${String(name)}/stop`)).status).toBe(200);
    const { properties } = (await clients.arm('GET', `${JOB}/executions/${String(name)}`)).body;
    expect(properties).toMatchObject({ status: 'Stopped' });
  });

  it('is not started with a body that the schema refuses, or with an image that is not there', async () => {
    const clients = await withJob();
    const start = async (body: JsonObject) => {
      const { status, body: answer } = await clients.arm('POST', `${JOB}/start`, body);
      return [status, (answer.error as JsonObject).code];
    };
    expect(await start({ template: { containers: [] } })).toEqual([400, 'InvalidRequestContent']);
    const none = { containers: [migration({ image: 'crdemo.azurecr.io/app:none' })] };
    expect(await start(none)).toEqual([400, 'ContainerAppOperationError']);
    expect((await clients.arm('GET', `${JOB}/executions`)).body.value).toEqual([]);
  });

  it('shows its replicas in preview versions only', async () => {
    const clients = await withJob();
    const { name } = (await clients.arm('POST', `${JOB}/start`, {})).body;
    expect((await clients.arm('GET', `${JOB}/executions/${String(name)}/replicas`)).status).toBe(404);
    expect((await clients.arm('GET', `${JOB}/executions/${String(name)}/replicas`, undefined, PREVIEW)).status).toBe(
      200,
    );
  });
});
