import { describe, expect, it } from 'vitest';
import { verifyDeployment } from '../../../src/activities/verify-deployment.ts';
import type { ProbeResult } from '../../../src/azure/ports.ts';
import type { ServiceConfig } from '../../../src/domain/config/model.ts';
import { resourceId } from '../../../src/domain/resources/ids.ts';
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

/** An external service whose revision is healthy and whose health path answers this. */
function context(answer: ProbeResult, asked: string[] = []): TestContext {
  const fake = fakeAzure();
  const config = deploymentConfig({ services: { infrastructure: [], application: [SERVICE] } });
  const revision = { name: 'web--1', active: true, provisioningState: 'Provisioned', runningState: 'Running' };
  const azure = {
    ...fake.azure,
    apps: { ...fake.azure.apps, revision: async () => ({ ...revision, healthState: 'Healthy', replicas: 1 }) },
    probe: {
      get: async (url: string) => {
        asked.push(url);
        return answer;
      },
    },
  };
  const one = stepContext(azure, { config, known: { defaultDomain: 'blue.eastus.azurecontainerapps.io' } });
  const id = resourceId(one, 'Microsoft.App/containerApps', 'web');
  const properties = { latestRevisionName: 'web--1', latestReadyRevisionName: 'web--1' };
  fake.resources.set(id.toLowerCase(), { id, properties });
  return one;
}

describe('an external service', () => {
  it.each([200, 204, 299])('is well when its health path answers %i', async (status) => {
    const asked: string[] = [];
    const result = await verifyDeployment.run(context({ kind: 'answered', status }, asked));
    expect(result).toMatchObject({ kind: 'completed' });
    expect(asked).toEqual(['https://web.blue.eastus.azurecontainerapps.io/health']);
  });

  it.each([500, 503, 404, 401, 302, 199])('is not well when its health path answers %i', async (status) => {
    const one = context({ kind: 'answered', status });
    expect(await verifyDeployment.run(one)).toMatchObject({
      kind: 'waiting',
      on: expect.stringContaining(`${status}`),
    });
    one.pass(3600);
    await expect(verifyDeployment.run(one)).rejects.toThrow(`answers ${status}`);
  });

  it('is not well when nobody answers', async () => {
    const one = context({ kind: 'unreachable', message: 'refused' });
    expect(await verifyDeployment.run(one)).toMatchObject({ kind: 'waiting' });
    one.pass(3600);
    await expect(verifyDeployment.run(one)).rejects.toThrow('refused');
  });
});
