import { expect, it } from 'vitest';
import { deployInfrastructureServices } from '../../../src/activities/deploy-infrastructure-services.ts';
import type { ServiceConfig } from '../../../src/domain/config/model.ts';
import { emptyState, type StepState } from '../../../src/domain/state.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { type ContextOptions, stepContext } from '../../helpers/step-context.ts';

const VAULT = 'https://shop-kv.vault.azure.net/';
const OF_STEPS = {
  check_prerequisites: { subscriptionId: 'sub' },
  create_resource_group: { identityId: '/subscriptions/sub/identity', identityClientId: 'client' },
  create_container_apps_env: {
    environmentId: '/subscriptions/sub/environment',
    defaultDomain: 'blue.azurecontainerapps.io',
  },
  create_key_vault: { vaultUri: VAULT },
  store_secrets: { 'secret.QUEUE-PASSWORD': `${VAULT}secrets/QUEUE-PASSWORD/1` },
};

function service(key: string, secret?: string, dependsOn: readonly string[] = []): ServiceConfig {
  return {
    ...{ key, name: key, kind: 'infrastructure', image: `${key}:1`, port: 5672, cpu: 0.5, memory: '1Gi' },
    ...{ minReplicas: 1, maxReplicas: 1, ingress: 'internal', transport: 'tcp', consumer: false, dependsOn },
    env: secret === undefined ? {} : { PASSWORD: { kind: 'secret', name: secret } },
  };
}

async function writtenAhead(infrastructure: readonly ServiceConfig[], more: ContextOptions = {}) {
  const fake = fakeAzure();
  for (const name of ['QUEUE-PASSWORD']) {
    fake.secrets.set(name, { id: `${VAULT}secrets/${name}/1`, value: 'v', enabled: true } as never);
  }
  const steps = Object.fromEntries(
    Object.entries(OF_STEPS).map(([name, outputs]): [string, StepState] => [
      name,
      { status: 'completed', timestamp: '', dependency_hash: null, dependencies: {}, outputs, metadata: {} },
    ]),
  );
  const context = await stepContext(fake.azure, {
    step: 'deploy_infrastructure_services',
    config: deploymentConfig({ services: { infrastructure, application: [] } }),
    state: { ...emptyState('default'), steps },
    known: {
      ...OF_STEPS.check_prerequisites,
      ...OF_STEPS.create_resource_group,
      ...OF_STEPS.create_container_apps_env,
      vaultUri: VAULT,
      ...OF_STEPS.store_secrets,
    },
    ...more,
  });
  const result = await deployInfrastructureServices.headStart?.(context);
  return { result, written: fake.writes.map(({ path }) => path.split('/').at(-1)).sort() };
}

it('makes beforehand what everything is known of, and nothing that depends on what is not', async () => {
  const services = [
    service('queue', 'QUEUE-PASSWORD'),
    service('plain'),
    service('reader', 'DATABASE-URL'),
    service('behind', undefined, ['reader']),
    service('last', undefined, ['behind']),
  ];
  const { result, written } = await writtenAhead(services);
  expect(result).toEqual({ kind: 'completed', outputs: {} });
  expect(written).toEqual(['plain', 'queue']);
});
