import { describe, expect, it } from 'vitest';
import { resourceTags } from '../../../src/domain/tags.ts';
import type { StepContext } from '../../../src/engine/step.ts';
import { uniqueNameFindings } from '../../../src/preflight/unique-names.ts';
import { CHECK_NAME_AVAILABILITY } from '../../../src/resources/columns/name-availability.ts';
import type { KnownResource, SoftDeletion } from '../../../src/resources/kind.ts';
import { jsonAt } from '../../../src/shared/json.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { knownResource } from '../../helpers/resource-kind.ts';
import { stepContext } from '../../helpers/step-context.ts';

const SUBSCRIPTION = '/subscriptions/sub';

const softDeleted: SoftDeletion = {
  question: () => ({ method: 'GET', path: '/deleted', apiVersion: '1' }),
  formerly: (answer) => ({ id: jsonAt(answer, 'was'), tags: jsonAt(answer, 'tags') }),
  recovery: (body) => body,
};

async function textsOf(context: StepContext, desired: readonly KnownResource[]): Promise<readonly string[]> {
  const principal = await context.azure.resources.principal();
  const { problems } = await uniqueNameFindings({ ...context, subscription: SUBSCRIPTION, principal, desired });
  return problems.map(({ text }) => text);
}

function taken() {
  const fake = fakeAzure();
  fake.answers.checkNameAvailability = { nameAvailable: false, message: 'It is taken.' };
  return fake;
}

describe('a name that must be free in all of Azure', () => {
  it('is asked for where the kind says so, and nowhere else', async () => {
    const fake = taken();
    const desired = [knownResource('shop', { uniqueName: CHECK_NAME_AVAILABILITY }), knownResource('other')];
    expect(await textsOf(await stepContext(fake.azure), desired)).toEqual([
      'The name shop cannot be used for the shop: It is taken.',
    ]);
    expect(fake.posts).toEqual([
      {
        method: 'POST',
        path: '/subscriptions/sub/providers/T.T/checkNameAvailability',
        body: { name: 'shop', type: 'T.T/things' },
      },
    ]);
  });

  it('is told as taken where Azure gives no reason', async () => {
    const fake = fakeAzure();
    fake.answers.checkNameAvailability = { nameAvailable: false };
    const desired = [knownResource('shop', { uniqueName: CHECK_NAME_AVAILABILITY })];
    expect(await textsOf(await stepContext(fake.azure), desired)).toEqual([
      'The name shop cannot be used for the shop: it is taken',
    ]);
  });

  it.each([
    ['ours', true, []],
    [
      'somebody else’s',
      false,
      ['The name shop cannot be used for the shop: a deleted one that is not ours holds it. It is taken.'],
    ],
  ])('may be held by a soft-deleted resource: %s', async (_, isOurs, problems) => {
    const fake = taken();
    const context = await stepContext(fake.azure);
    const shop = knownResource('shop', {
      uniqueName: CHECK_NAME_AVAILABILITY,
      deletion: { how: 'request', softDeleted },
    });
    fake.resources.set('/deleted', { id: '/deleted', was: shop.id, tags: isOurs ? resourceTags(context) : {} });
    expect(await textsOf(context, [shop])).toEqual(problems);
  });
});
