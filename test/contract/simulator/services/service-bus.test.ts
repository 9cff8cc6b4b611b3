import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { registered } from '../../../helpers/cloud/registered.ts';
import { type Answer, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { manualClock } from '../../../helpers/simulated-clock.ts';

const NAMESPACE = 'providers/Microsoft.ServiceBus/namespaces/sb-demo';
const VERSION = '2024-01-01';
const body = (sku: string): JsonObject => ({ location: 'westeurope', sku: { name: sku } });

const outcome = ({ status, body: { error } }: Answer) => (error as JsonObject | undefined)?.code ?? status;

async function withNamespace(sku = 'Standard') {
  const clients = await registered(['Microsoft.ServiceBus']);
  await clients.create(NAMESPACE, body(sku), VERSION);
  return clients;
}

describe('a namespace', () => {
  it('is refused where its provider is not registered', async () => {
    const { arm } = await simulatedClients();
    const answer = await arm('PUT', NAMESPACE, body('Standard'), VERSION);
    expect([answer.status, outcome(answer)]).toEqual([409, 'MissingSubscriptionRegistration']);
  });

  it('tells by its state alone that it is made, and lets nothing be done below it before', async () => {
    const clock = manualClock();
    const { arm } = await registered(['Microsoft.ServiceBus'], { profile: 'realistic', speed: 1, clock });
    const answer = await arm('PUT', NAMESPACE, body('Standard'), VERSION);
    expect([answer.status, answer.headers.location, answer.headers['azure-asyncoperation']]).toEqual([
      201,
      undefined,
      undefined,
    ]);
    expect(answer.body).toMatchObject({ properties: { provisioningState: 'Created', status: 'Creating' } });
    expect(outcome(await arm('PUT', `${NAMESPACE}/queues/work`, {}, VERSION))).toBe('Conflict');
    clock.advance(61);
    expect((await arm('GET', NAMESPACE, undefined, VERSION)).body).toMatchObject({
      sku: { name: 'Standard', tier: 'Standard' },
      properties: {
        provisioningState: 'Succeeded',
        status: 'Active',
        serviceBusEndpoint: 'https://sb-demo.servicebus.windows.net:443/',
        minimumTlsVersion: '1.2',
      },
    });
    expect(outcome(await arm('PUT', `${NAMESPACE}/queues/work`, {}, VERSION))).toBe(200);
  });

  it.each([
    ['short', 'sb-1', 'Standard', 'BadRequest'],
    ['reserved', 'demo-sb', 'Standard', 'BadRequest'],
    ['of a sku that is none', 'sb-other', 'Large', 'InvalidRequestContent'],
  ])('is not made when it is %s', async (_, name, sku, code) => {
    const { arm } = await withNamespace();
    expect(outcome(await arm('PUT', NAMESPACE.replace('sb-demo', name), body(sku), VERSION))).toBe(code);
  });

  it('grows from Basic to Standard, not to Premium', async () => {
    const { arm } = await withNamespace('Basic');
    expect(outcome(await arm('PUT', NAMESPACE, body('Standard'), VERSION))).toBe(200);
    expect(outcome(await arm('PUT', NAMESPACE, body('Premium'), VERSION))).toBe('BadRequest');
  });

  it('has a name that is nobody else’s', async () => {
    const { arm, create, group } = await withNamespace();
    const other = group.replace('rg-demo', 'rg-two');
    await create(other, { location: 'westeurope' }, '2025-04-01');
    const answer = await arm('PUT', `${other}/${NAMESPACE}`, body('Standard'), VERSION);
    expect([outcome(answer), jsonAt(answer.body, 'error.message')]).toEqual([
      'BadRequest',
      'The specified name is not available.',
    ]);
  });
});

describe('rules of access', () => {
  it('are there for the root, and give connection strings whose keys can be renewed', async () => {
    const { arm } = await withNamespace();
    const rule = `${NAMESPACE}/AuthorizationRules/RootManageSharedAccessKey`;
    const before = (await arm('POST', `${rule}/listKeys`, undefined, VERSION)).body;
    expect(before.primaryConnectionString).toBe(
      `Endpoint=sb://sb-demo.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=${String(before.primaryKey)}`,
    );
    const after = (await arm('POST', `${rule}/regenerateKeys`, { keyType: 'PrimaryKey' }, VERSION)).body;
    expect([after.primaryKey === before.primaryKey, after.secondaryKey]).toEqual([false, before.secondaryKey]);
  });

  it('of a queue name it in their connection string', async () => {
    const { arm, create } = await withNamespace();
    await create(`${NAMESPACE}/queues/work`, {}, VERSION);
    const rule = `${NAMESPACE}/queues/work/authorizationRules/listen`;
    expect(outcome(await arm('PUT', rule, { properties: { rights: ['Manage'] } }, VERSION))).toBe('BadRequest');
    expect(outcome(await arm('PUT', rule, { properties: { rights: ['Listen'] } }, VERSION))).toBe(200);
    const { body: keys } = await arm('POST', `${rule}/listKeys`, undefined, VERSION);
    expect(String(keys.primaryConnectionString)).toMatch(/SharedAccessKeyName=listen;.*;EntityPath=work$/);
  });
});

describe('queues and topics', () => {
  it('have what the service fills in, and their subscriptions are counted', async () => {
    const { create, arm } = await withNamespace();
    expect(await create(`${NAMESPACE}/queues/work`, {}, VERSION)).toMatchObject({
      properties: { lockDuration: 'PT1M', maxSizeInMegabytes: 1024, maxDeliveryCount: 10, status: 'Active' },
    });
    await create(`${NAMESPACE}/topics/news`, {}, VERSION);
    await create(`${NAMESPACE}/topics/news/subscriptions/all`, {}, VERSION);
    expect((await arm('GET', `${NAMESPACE}/topics/news`, undefined, VERSION)).body).toMatchObject({
      properties: { subscriptionCount: 1 },
    });
    expect((await arm('DELETE', `${NAMESPACE}/topics/news`, undefined, VERSION)).status).toBe(200);
    expect((await arm('DELETE', `${NAMESPACE}/topics/news`, undefined, VERSION)).status).toBe(204);
  });

  it.each<[string, string, string, JsonObject]>([
    ['topics', 'Basic', 'topics/news', {}],
    ['sessions', 'Basic', 'queues/work', { requiresSession: true }],
    ['an end of its own', 'Basic', 'queues/work', { autoDeleteOnIdle: 'PT10M' }],
    ['large messages', 'Standard', 'queues/work', { maxMessageSizeInKilobytes: 2048 }],
  ])('%s are not in a %s namespace', async (_, sku, path, properties) => {
    const { arm } = await withNamespace(sku);
    const answer = await arm('PUT', `${NAMESPACE}/${path}`, { properties }, VERSION);
    expect(outcome(answer)).toBe('MessagingGatewayBadRequest');
    expect(answer.text).toContain('SubCode=40000');
  });

  it('keep what they were made with', async () => {
    const { arm, create } = await withNamespace();
    const made = await create(`${NAMESPACE}/queues/work`, { properties: { requiresSession: true } }, VERSION);
    expect(outcome(await arm('PUT', `${NAMESPACE}/queues/work`, made, VERSION))).toBe(200);
    const other = { properties: { requiresSession: false } };
    expect(outcome(await arm('PUT', `${NAMESPACE}/queues/work`, other, VERSION))).toBe('MessagingGatewayBadRequest');
  });
});
