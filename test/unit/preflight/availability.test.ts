import { describe, expect, it } from 'vitest';
import { availabilityProblems } from '../../../src/preflight/availability.ts';
import { OFFERED_IN_REGION } from '../../../src/resources/columns/region.ts';
import type { AvailabilityCheck } from '../../../src/resources/kind.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { knownResource } from '../../helpers/resource-kind.ts';
import { stepContext } from '../../helpers/step-context.ts';

const SUBSCRIPTION = '/subscriptions/sub';

function check(path: string): AvailabilityCheck {
  return {
    question: () => ({ method: 'LIST', path, apiVersion: '1' }),
    problems: (answer, { title }) => [`${title}: ${JSON.stringify(answer)}`],
  };
}

describe('what Azure offers', () => {
  it('is asked for each resource as its kind says, equal questions once', async () => {
    const fake = fakeAzure();
    fake.answers.sizes = [{ name: 'small' }];
    const asked: string[] = [];
    fake.refuse = ({ path }) => void asked.push(path);
    const desired = [
      knownResource('one', { availability: [check('/sizes')] }),
      knownResource('two', { availability: [check('/sizes')] }),
      knownResource('three'),
    ];
    expect(await availabilityProblems(await stepContext(fake.azure), SUBSCRIPTION, desired)).toEqual([
      'the one: [{"name":"small"}]',
      'the two: [{"name":"small"}]',
    ]);
    expect(asked).toEqual(['/sizes']);
  });

  it.each([
    ['East US', []],
    ['West Europe', ['the one cannot be made in eastus; T.T/things is offered in West Europe.']],
  ])('by region: %s', async (location, problems) => {
    const fake = fakeAzure();
    const id = `${SUBSCRIPTION}/providers/t.t`;
    const other = { resourceType: 'others', locations: ['West US'] };
    fake.resources.set(id, { id, resourceTypes: [other, { resourceType: 'Things', locations: [location] }] });
    const desired = [knownResource('one', { availability: [OFFERED_IN_REGION] })];
    expect(await availabilityProblems(await stepContext(fake.azure), SUBSCRIPTION, desired)).toEqual(problems);
  });

  it('is everything where the provider names no regions', async () => {
    const fake = fakeAzure();
    const desired = [knownResource('one', { availability: [OFFERED_IN_REGION] })];
    expect(await availabilityProblems(await stepContext(fake.azure), SUBSCRIPTION, desired)).toEqual([]);
  });
});
