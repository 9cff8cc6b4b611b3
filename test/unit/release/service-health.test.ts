import { describe, expect, it } from 'vitest';
import type { ProbeResult, RevisionView } from '../../../src/azure/ports.ts';
import type { ServiceConfig } from '../../../src/domain/config/model.ts';
import { resourceId } from '../../../src/domain/ids.ts';
import { emptyState } from '../../../src/domain/state.ts';
import { checkHealth } from '../../../src/release/service-health.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext, type TestContext } from '../../helpers/step-context.ts';

const SERVICE: ServiceConfig = {
  key: 'web',
  name: 'web',
  kind: 'application',
  image: 'x.azurecr.io/web@sha256:1',
  port: 80,
  cpu: 0.5,
  memory: '1Gi',
  minReplicas: 1,
  maxReplicas: 1,
  ingress: 'external',
  transport: 'http',
  env: {},
  healthPath: '/health',
  consumer: false,
};

const STORED = {
  status: 'completed',
  timestamp: 't',
  dependency_hash: 'h',
  dependencies: {},
  outputs: { 'secret.JWT-SECRET': 'https://kv.vault.azure.net/secrets/JWT-SECRET/1' },
  metadata: {},
} as const;

/** An external service whose revision is healthy and whose health path answers this. */
async function context(
  answer: ProbeResult,
  asked: string[] = [],
  changes: Partial<RevisionView> = {},
): Promise<TestContext> {
  const fake = fakeAzure();
  const config = deploymentConfig({ services: { infrastructure: [], application: [SERVICE] } });
  const revision: RevisionView = {
    name: 'web--1',
    active: true,
    provisioningState: 'Provisioned',
    runningState: 'Running',
    healthState: 'Healthy',
    replicas: 1,
    trafficWeight: 100,
    template: {},
    ...changes,
  };
  const azure = {
    ...fake.azure,
    apps: {
      ...fake.azure.apps,
      revision: async () => revision,
      revisionLogs: async () => ({ system: [], console: ['its last line'] }),
    },
    probe: {
      ...fake.azure.probe,
      get: async (url: string) => {
        asked.push(url);
        return answer;
      },
    },
  };
  const one = await stepContext(azure, {
    config,
    known: { defaultDomain: 'blue.eastus.azurecontainerapps.io', vaultUri: 'https://kv.vault.azure.net' },
  });
  const id = resourceId(one, 'Microsoft.App/containerApps', 'web');
  const properties = { latestRevisionName: 'web--1', latestReadyRevisionName: 'web--1' };
  fake.resources.set(id.toLowerCase(), { id, properties });
  return one;
}

const check = (one: TestContext, revision?: string) => checkHealth(one, { service: SERVICE, revision, serves: true });

describe('an external service', () => {
  it.each([200, 204, 299])('is well when its health path answers %i', async (status) => {
    const asked: string[] = [];
    const result = await check(await context({ kind: 'answered', status }, asked));
    expect(result).toBeUndefined();
    expect(asked).toEqual(['https://web.blue.eastus.azurecontainerapps.io/health']);
  });

  it.each([500, 503, 404, 401, 302, 199])('is not well when its health path answers %i', async (status) => {
    const one = await context({ kind: 'answered', status });
    expect(await check(one)).toMatchObject({
      kind: 'waiting',
      on: expect.stringContaining(`${status}`),
    });
    one.pass(3600);
    await expect(check(one)).rejects.toThrow(`answers ${status}`);
  });

  it('is not well when nobody answers', async () => {
    const one = await context({ kind: 'unreachable', message: 'refused' });
    expect(await check(one)).toMatchObject({ kind: 'waiting' });
    one.pass(3600);
    await expect(check(one)).rejects.toThrow('refused');
  });
});

describe('a revision without a replica', () => {
  const asleep = { replicas: 0, healthState: 'None', runningState: 'ScaledToZero' };

  it.each([
    ['is well where it was made to have none, whatever the file says by now', { scale: { minReplicas: 0 } }, undefined],
    ['is not well where it was made to have one', { scale: { minReplicas: 1 } }, { kind: 'waiting' }],
    ['is judged by the configuration where it does not tell', {}, { kind: 'waiting' }],
  ])('%s', async (_, template, expected) => {
    const one = await context({ kind: 'answered', status: 200 }, [], { ...asleep, template });
    const result = await check(one);
    if (expected) expect(result).toMatchObject(expected);
    else expect(result).toBeUndefined();
  });
});

describe('the console of a service that is not well', () => {
  it('is shown only after every secret that it was given, so that the masker knows them', async () => {
    const one = await context({ kind: 'answered', status: 500 });
    const asked: string[] = [];
    const { vault } = one.azure;
    const azure = {
      ...one.azure,
      vault: (uri: string) => ({ ...vault(uri), get: async (name: string) => void asked.push(name) }),
    };
    const stored = { ...emptyState('default'), steps: { store_secrets: STORED } };
    const failing = { ...one, azure, state: stored } as TestContext;
    await check(failing, 'web--1');
    one.pass(3600);
    await expect(check(failing, 'web--1')).rejects.toThrow('its last line');
    expect(asked).toEqual(['JWT-SECRET']);
  });
});
