import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import { quotaProblems } from '../../../src/preflight/quotas.ts';
import { DATABASE_CORES_IN_REGION } from '../../../src/resources/columns/quotas.ts';
import type { KnownResource, QuotaCheck } from '../../../src/resources/kind.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { knownResource } from '../../helpers/resource-kind.ts';

const THINGS: QuotaCheck = {
  question: () => ({ method: 'LIST', path: '/usages', apiVersion: '1' }),
  name: () => 'things',
  title: () => 'things',
  amount: () => 2,
};

const usage = (currentValue: number, limit: number) => [
  { name: { value: 'others' }, currentValue: 9, limit: 9 },
  { name: { value: 'things' }, currentValue, limit },
];

async function asked(created: readonly KnownResource[], usages: ReturnType<typeof usage> | 403) {
  const fake = fakeAzure();
  const paths: string[] = [];
  fake.refuse = ({ path }) => {
    paths.push(path);
    if (usages === 403) throw new AzureError({ code: 'AuthorizationFailed', message: '', statusCode: 403 });
  };
  fake.answers.usages = usages;
  const ground = { azure: fake.azure, config: deploymentConfig(), subscription: '/subscriptions/sub' };
  return { ...(await quotaProblems(ground, created)), paths };
}

const thing = (key: string): KnownResource => knownResource(key, { quotas: [THINGS] });

describe('a quota of the subscription', () => {
  it('is passed by what all new resources take of it together, and asked for once', async () => {
    const { refusals, paths } = await asked([thing('one'), thing('two')], usage(3, 6));
    expect([...refusals.keys()]).toEqual(['one', 'two']);
    expect(refusals.get('one')).toBe(
      'the subscription may have 6 things in eastus, it has 3, and 4 more would pass that; ask for more in the portal (Usage + quotas), or choose another region',
    );
    expect(paths).toEqual(['/usages']);
    expect((await asked([thing('one')], usage(3, 6))).refusals.size).toBe(0);
  });

  it('is not there where its limit is less than nothing', async () => {
    expect((await asked([thing('one')], usage(3, -1))).refusals.size).toBe(0);
  });

  it('is told to be unknown where Azure does not tell', async () => {
    const { refusals, unseen } = await asked([thing('one'), thing('two')], 403);
    expect([refusals.size, unseen]).toEqual([0, ['the quota of things in eastus: Azure does not tell']]);
  });

  it('is not asked about where nothing takes of one', async () => {
    expect((await asked([knownResource('one')], usage(9, 9))).paths).toEqual([]);
  });

  it.each([
    ['Standard_B1ms', 'standardBSFamily', 1],
    ['Standard_B12ms', 'standardBSFamily', 12],
    ['Standard_D2s_v3', 'standardDSv3Family', 2],
    ['Standard_D16ds_v4', 'standardDDSv4Family', 16],
    ['Standard_E4ads_v5', 'standardEADSv5Family', 4],
  ])('of vCores counts %s as one of %s with %i', (name, family, cores) => {
    const server: KnownResource = { ...knownResource('pg'), body: { location: 'eastus', sku: { name } } };
    expect(DATABASE_CORES_IN_REGION.map((check) => [check.name(server), check.amount(server)])).toEqual([
      ['cores', cores],
      [family, cores],
    ]);
  });
});
