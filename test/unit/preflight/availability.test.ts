import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import { availabilityFindings } from '../../../src/preflight/availability.ts';
import { KNOWN_VERSION } from '../../../src/resources/columns/api-version.ts';
import { OFFERED_IN_REGION } from '../../../src/resources/columns/region.ts';
import type { AvailabilityCheck, KnownResource } from '../../../src/resources/kind.ts';
import { type FakeAzure, fakeAzure } from '../../helpers/fake-azure.ts';
import { knownResource } from '../../helpers/resource-kind.ts';

const SUBSCRIPTION = '/subscriptions/sub';

async function textsOf({ azure }: FakeAzure, desired: readonly KnownResource[]): Promise<readonly string[]> {
  const { problems } = await availabilityFindings({ azure, subscription: SUBSCRIPTION, desired });
  return problems.map(({ text }) => text);
}

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
    expect(await textsOf(fake, desired)).toEqual(['the one: [{"name":"small"}]', 'the two: [{"name":"small"}]']);
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
    expect(await textsOf(fake, desired)).toEqual(problems);
  });

  it.each([
    ['2026-01-01', []],
    ['2025-05-05', ['the one cannot be made with the API version 2026-01-01; T.T/things has 2025-05-05.']],
  ])('by version: %s', async (version, problems) => {
    const fake = fakeAzure();
    const id = `${SUBSCRIPTION}/providers/t.t`;
    fake.resources.set(id, { id, resourceTypes: [{ resourceType: 'Things', apiVersions: [version] }] });
    const [one, unlisted] = ['one', 'two'].map((key) => knownResource(key, { availability: [KNOWN_VERSION] }));
    if (!one || !unlisted) throw new Error('there is none');
    const child = { ...unlisted, kind: { ...unlisted.kind, type: 'T.T/things/parts' } };
    expect(await textsOf(fake, [one, child])).toEqual(problems);
  });

  it('is everything where the provider names no regions', async () => {
    const fake = fakeAzure();
    const desired = [knownResource('one', { availability: [OFFERED_IN_REGION] })];
    expect(await textsOf(fake, desired)).toEqual([]);
  });

  it('is repaired by the key that decides about the region', async () => {
    const fake = fakeAzure();
    const settings = { location: 'locations.things' };
    const desired = [knownResource('one', { settings, availability: [check('/sizes')] }), knownResource('two')];
    fake.answers.sizes = [];
    const { problems } = await availabilityFindings({ azure: fake.azure, subscription: SUBSCRIPTION, desired });
    expect(problems.map(({ repair }) => repair)).toEqual([
      'Set locations.things to a region that has it, or choose another size or version.',
    ]);
  });

  it('is not known to whoever may not ask', async () => {
    const fake = fakeAzure();
    fake.refuse = () => {
      throw new AzureError({ code: 'AuthorizationFailed', message: 'no', statusCode: 403 });
    };
    const desired = [knownResource('one', { availability: [check('/sizes')] })];
    expect(await availabilityFindings({ azure: fake.azure, subscription: SUBSCRIPTION, desired })).toEqual({
      problems: [],
      unseen: ['Whether the one is offered in its region: the deployer may not ask (AuthorizationFailed).'],
    });
  });
});
