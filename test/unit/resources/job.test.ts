import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { symbolicOutputs } from '../../../src/domain/outputs.ts';
import { configuredJob, deployedJobs } from '../../../src/resources/job.ts';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';

const CONFIG = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
secrets: { BUS: "env:BUS", TOKEN: "env:TOKEN" }
services: { web: { image: nginx, port: 80 } }
jobs:
  built: { dockerfile: Dockerfile, env: { TOKEN: { secret: TOKEN } } }
  nightly: { image: "busybox:1.37", schedule: "0 3 * * *", retries: 2, timeout: 60 }
  orders:
    image: "worker:1"
    parallelism: 2
    completions: 2
    event:
      rules:
        bus: { type: azure-servicebus, metadata: { queueName: orders, messageCount: 5 }, secrets: { connection: bus } }
        queue: { type: azure-queue, metadata: { queueName: mails, accountName: shop }, identity: true }
      min_executions: 1
`;

function bodies(): readonly JsonObject[] {
  const result = parseConfig(CONFIG);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const input = { environment: 'default', config: result.parsed.config, outputs: symbolicOutputs().reader };
  return (result.parsed.config.jobs ?? []).map((job) => configuredJob(input, job).body);
}

describe('a job of the configuration', () => {
  it('has the image of its build, or its own, and only what that needs to be pulled', () => {
    const [built = {}, nightly = {}] = bodies();
    expect(jsonAt(built, 'properties.template.containers')).toMatchObject([
      { name: 'built', image: '${build_and_push_images.image.built}', env: [{ secretRef: 'token' }, {}] },
    ]);
    expect(jsonAt(built, 'properties.configuration.registries')).toHaveLength(1);
    expect(jsonAt(nightly, 'properties.template.containers')).toMatchObject([{ image: 'busybox:1.37' }]);
    expect(jsonAt(nightly, 'properties.configuration.registries')).toEqual([]);
  });

  it('has one trigger, with the counts of an execution', () => {
    const [built = {}, nightly = {}] = bodies();
    const counts = { parallelism: 1, replicaCompletionCount: 1 };
    expect(jsonAt(built, 'properties.configuration')).toMatchObject({
      ...{ triggerType: 'Manual', manualTriggerConfig: counts, replicaTimeout: 1800, replicaRetryLimit: 0 },
    });
    expect(jsonAt(nightly, 'properties.configuration')).toMatchObject({
      ...{ triggerType: 'Schedule', replicaTimeout: 60, replicaRetryLimit: 2 },
      scheduleTriggerConfig: { ...counts, cronExpression: '0 3 * * *' },
    });
    expect(jsonAt(nightly, 'properties.configuration.manualTriggerConfig')).toBeUndefined();
  });

  it('asks sources of events with secrets of the vault, or as the identity that it has', () => {
    const orders = bodies()[2] ?? {};
    const identity = '${create_resource_group.identityId}';
    expect(jsonAt(orders, 'properties.configuration.eventTriggerConfig')).toEqual({
      parallelism: 2,
      replicaCompletionCount: 2,
      scale: {
        minExecutions: 1,
        maxExecutions: 100,
        pollingInterval: 30,
        rules: [
          {
            ...{ name: 'bus', type: 'azure-servicebus', metadata: { queueName: 'orders', messageCount: '5' } },
            auth: [{ secretRef: 'bus', triggerParameter: 'connection' }],
          },
          { name: 'queue', type: 'azure-queue', metadata: { queueName: 'mails', accountName: 'shop' }, identity },
        ],
      },
    });
    expect(jsonAt(orders, 'properties.configuration.secrets')).toMatchObject([{ name: 'bus', identity }]);
    expect(jsonAt(orders, 'identity.userAssignedIdentities')).toEqual({ [identity]: {} });
  });
});

it('jobs of the configuration are told from those of migrations', () => {
  const id = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.App/jobs/tidy-up';
  expect(deployedJobs({ 'job:web': { id: 'x/web-migrate' }, 'task:tidy': { id } })).toEqual([
    { key: 'tidy', name: 'tidy-up', id },
  ]);
});
