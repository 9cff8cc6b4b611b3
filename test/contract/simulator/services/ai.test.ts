import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { registered } from '../../../helpers/cloud/registered.ts';
import type { Answer } from '../../../helpers/cloud/simulated-clients.ts';
import { manualClock } from '../../../helpers/simulated-clock.ts';

const ACCOUNT = 'providers/Microsoft.CognitiveServices/accounts/oai-demo';
const COGNITIVE = '2025-06-01';
const SEARCH = 'providers/Microsoft.Search/searchServices/srch-demo';
const VERSION = '2025-05-01';
const location = 'westeurope';

const outcome = ({ status, body: { error } }: Answer) => (error as JsonObject | undefined)?.code ?? status;

function account(properties: JsonObject = { customSubDomainName: 'oai-demo' }): JsonObject {
  return { location, kind: 'OpenAI', sku: { name: 'S0' }, properties };
}

const withCognitive = (options: Parameters<typeof registered>[1] = {}) =>
  registered(['Microsoft.CognitiveServices', 'Microsoft.Search'], options);

describe('an account of Cognitive Services', () => {
  it('is accepted, then made, and has its address and keys', async () => {
    const clock = manualClock();
    const { arm } = await withCognitive({ profile: 'realistic', speed: 1, clock });
    const answer = await arm('PUT', ACCOUNT, account(), COGNITIVE);
    expect([answer.status, answer.headers.location]).toEqual([201, undefined]);
    expect(answer.body).toMatchObject({ properties: { provisioningState: 'Accepted' } });
    clock.advance(31);
    expect((await arm('GET', ACCOUNT, undefined, COGNITIVE)).body).toMatchObject({
      kind: 'OpenAI',
      properties: { provisioningState: 'Succeeded', endpoint: 'https://oai-demo.openai.azure.com/' },
    });
    const { body: keys } = await arm('POST', `${ACCOUNT}/listKeys`, undefined, COGNITIVE);
    const renewed = (await arm('POST', `${ACCOUNT}/regenerateKey`, { keyName: 'Key2' }, COGNITIVE)).body;
    expect([renewed.key1, renewed.key2 === keys.key2]).toEqual([keys.key1, false]);
    await arm('PATCH', ACCOUNT, { properties: { disableLocalAuth: true } }, COGNITIVE);
    expect(outcome(await arm('POST', `${ACCOUNT}/listKeys`, undefined, COGNITIVE))).toBe('BadRequest');
  });

  it.each<[string, JsonObject, unknown]>([
    ['no kind', { ...account(), kind: null }, 'InvalidRequestContent'],
    ['no sku', { ...account(), sku: null }, 'InvalidRequestContent'],
    ['the subdomain of another', account(), 'CustomDomainInUse'],
    ['a subdomain of its own', account({ customSubDomainName: 'oai-other' }), 201],
  ])('another, with %s', async (_, body, code) => {
    const { arm, create } = await withCognitive();
    await create(ACCOUNT, account(), COGNITIVE);
    expect(outcome(await arm('PUT', ACCOUNT.replace('oai-demo', 'oai-two'), body, COGNITIVE))).toBe(code);
  });

  it('holds its name and subdomain after its deletion, until it is purged, restored or two days old', async () => {
    const clock = manualClock();
    const clients = await withCognitive({ profile: 'realistic', speed: 1, clock });
    const { arm, group, simulator } = clients;
    const make = async (body = account()) => {
      const answer = outcome(await arm('PUT', ACCOUNT, body, COGNITIVE));
      clock.advance(60);
      return answer;
    };
    const remove = async () => clients.finish(await arm('DELETE', ACCOUNT, undefined, COGNITIVE));
    await make();
    await remove();
    expect(await make()).toBe('FlagMustBeSetForRestore');
    const two = await arm('PUT', ACCOUNT.replace('oai-demo', 'oai-two'), account(), COGNITIVE);
    expect(outcome(two)).toBe('CustomDomainInUse');
    const subscription = `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.CognitiveServices`;
    const listed = await arm('GET', `${subscription}/deletedAccounts`, undefined, COGNITIVE);
    expect((listed.body.value as JsonObject[]).map(({ name }) => name)).toEqual(['oai-demo']);
    expect(await make(account({ restore: true }))).toBe(201);
    expect((await arm('GET', ACCOUNT, undefined, COGNITIVE)).body).toMatchObject({
      properties: { customSubDomainName: 'oai-demo' },
    });
    await remove();
    const deleted = `${subscription}/locations/${location}/resourceGroups/${group.split('/').at(-1)}/deletedAccounts/oai-demo`;
    expect((await arm('DELETE', deleted, undefined, COGNITIVE)).status).toBe(200);
    expect(await make()).toBe(201);
    await remove();
    simulator.change(({ deletedAccounts }) => {
      const twoDaysBefore = new Date(clock.now().getTime() - 48 * 3600 * 1000).toISOString();
      for (const [id, one] of Object.entries(deletedAccounts)) {
        deletedAccounts[id] = { ...one, deletedAt: twoDaysBefore };
      }
    });
    expect(await make()).toBe(201);
  });

  it('makes one deployment of a model at a time', async () => {
    const clock = manualClock();
    const { arm } = await withCognitive({ profile: 'realistic', speed: 1, clock });
    await arm('PUT', ACCOUNT, account(), COGNITIVE);
    clock.advance(31);
    const model = { format: 'OpenAI', name: 'gpt-4o', version: '2024-08-06' };
    const body = { sku: { name: 'Standard', capacity: 10 }, properties: { model } };
    const put = async (name: string, sent: JsonObject) =>
      outcome(await arm('PUT', `${ACCOUNT}/deployments/${name}`, sent, COGNITIVE));
    expect(await put('chat', { sku: { name: 'Standard' }, properties: {} })).toBe('InvalidRequestContent');
    expect(await put('chat', body)).toBe(201);
    expect(await put('embedding', body)).toBe('RequestConflict');
    clock.advance(16);
    expect(await put('embedding', body)).toBe(201);
  });
});

describe('a search service', () => {
  const service = (properties: JsonObject = {}, sku = 'basic'): JsonObject => ({
    location,
    sku: { name: sku },
    properties,
  });

  it('has states in small letters, an address and keys of its own', async () => {
    const clock = manualClock();
    const { arm } = await withCognitive({ profile: 'realistic', speed: 1, clock });
    const answer = await arm('PUT', SEARCH, service(), VERSION);
    expect([answer.status, answer.body]).toMatchObject([201, { properties: { provisioningState: 'provisioning' } }]);
    clock.advance(61);
    expect((await arm('GET', SEARCH, undefined, VERSION)).body).toMatchObject({
      properties: {
        provisioningState: 'succeeded',
        replicaCount: 1,
        partitionCount: 1,
        endpoint: 'https://srch-demo.search.windows.net',
      },
    });
    const admin = (await arm('POST', `${SEARCH}/listAdminKeys`, undefined, VERSION)).body;
    const renewed = (await arm('POST', `${SEARCH}/regenerateAdminKey/primary`, undefined, VERSION)).body;
    expect([renewed.primaryKey === admin.primaryKey, renewed.secondaryKey]).toEqual([false, admin.secondaryKey]);
    const { body: query } = await arm('POST', `${SEARCH}/listQueryKeys`, undefined, VERSION);
    expect(query.value).toHaveLength(1);
    expect((await arm('DELETE', SEARCH, undefined, VERSION)).status).toBe(200);
  });

  it.each<[string, string, JsonObject, unknown]>([
    ['Srch', 'basic', {}, 'InvalidServiceName'],
    ['srch--two', 'basic', {}, 'InvalidServiceName'],
    ['srch-two', 'basic', { replicaCount: 4 }, 'BadRequest'],
    ['srch-two', 'standard', { partitionCount: 5 }, 'BadRequest'],
    ['srch-two', 'standard', { partitionCount: 6 }, 201],
  ])('called %s, %s, with %o', async (name, sku, properties, code) => {
    const { arm } = await withCognitive();
    const answer = await arm('PUT', SEARCH.replace('srch-demo', name), service(properties, sku), VERSION);
    expect(outcome(answer)).toBe(code);
  });

  it('is one only of its name, and of those that cost nothing', async () => {
    const { arm, create, group } = await withCognitive();
    await create(SEARCH, service({}, 'free'), VERSION);
    const other = group.replace('rg-demo', 'rg-two');
    await create(other, { location }, '2025-04-01');
    expect(outcome(await arm('PUT', `${other}/${SEARCH}`, service(), VERSION))).toBe('ServiceNameUnavailable');
    const free = SEARCH.replace('srch-demo', 'srch-two');
    expect(outcome(await arm('PUT', free, service({}, 'free'), VERSION))).toBe('ServiceQuotaExceeded');
    expect(outcome(await arm('PUT', SEARCH, service({}, 'basic'), '2023-11-01'))).toBe('BadRequest');
  });
});
