import { describe, expect, it } from 'vitest';
import { permissionProblems } from '../../../src/preflight/permissions.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { knownResource } from '../../helpers/resource-kind.ts';
import { stepContext } from '../../helpers/step-context.ts';

const SUBSCRIPTION = '/subscriptions/sub';
const permission = { action: 'T.T/things/write', title: 'make things', roles: 'Thing Maker' };

describe('a permission beyond those of a Contributor', () => {
  it('is a problem once, however many resources need it', async () => {
    const fake = fakeAzure();
    fake.answers.permissions = [{ actions: ['*/read'], notActions: [] }];
    const desired = [knownResource('one', { permission }), knownResource('two', { permission })];
    expect(await permissionProblems(await stepContext(fake.azure), SUBSCRIPTION, desired)).toEqual([
      'The deployer may not make things (T.T/things/write): it needs Thing Maker on the subscription or on shop-rg.',
    ]);
  });

  it('is not asked about where no resource needs one', async () => {
    const fake = fakeAzure();
    const asked: string[] = [];
    fake.refuse = ({ path }) => void asked.push(path);
    expect(await permissionProblems(await stepContext(fake.azure), SUBSCRIPTION, [knownResource('one')])).toEqual([]);
    expect(asked).toEqual([]);
  });
});
