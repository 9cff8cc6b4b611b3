import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import {
  APP,
  echoHosting,
  type FunctionApp,
  functionApp,
  packageOf,
  SITE,
  WEB,
} from '../../../helpers/cloud/function-app.ts';
import { accountPath, STORAGE } from '../../../helpers/cloud/storage.ts';
import { eventually } from '../../../helpers/wait.ts';

const EVENTS = '2025-02-15';
const TOPIC = 'providers/Microsoft.EventGrid/systemTopics/uploads';
const SUBSCRIPTION = `${TOPIC}/eventSubscriptions/configs`;
const WEBHOOK = `${APP}/runtime/webhooks/blobs?functionName=Host.Functions.uploaded&code=key`;
const BLOBS = 'https://appstore.blob.core.windows.net';

async function withTopic(hosting = echoHosting()): Promise<FunctionApp> {
  const app = await functionApp(hosting);
  const { create, group, simulator } = app;
  const source = `${group}/${accountPath('appstore')}`;
  for (const name of ['configs', 'others', 'dead']) {
    await create(`${accountPath('appstore')}/blobServices/default/containers/${name}`, {}, STORAGE);
  }
  const properties = { source, topicType: 'Microsoft.Storage.StorageAccounts' };
  await create(TOPIC, { location: 'westeurope', properties }, EVENTS);
  simulator.behave({
    deployerRoles: { [`/subscriptions/${simulator.subscriptionId}`]: ['Owner', 'Storage Blob Data Owner'] },
  });
  return app;
}

function subscriptionBody(endpointUrl = WEBHOOK, changes: JsonObject = {}): JsonObject {
  return {
    properties: {
      destination: { endpointType: 'WebHook', properties: { endpointUrl } },
      filter: {
        subjectBeginsWith: '/blobServices/default/containers/configs/',
        includedEventTypes: ['Microsoft.Storage.BlobCreated'],
      },
      ...changes,
    },
  };
}

/** Looks until the handshake has come to its end. */
async function subscribed(app: FunctionApp, body = subscriptionBody()): Promise<JsonObject> {
  const answer = await app.arm('PUT', SUBSCRIPTION, body, EVENTS);
  expect(answer.status).toBeLessThan(300);
  return await eventually(async () => {
    const { token } = await app.credential.getToken('https://management.azure.com/.default');
    const { body: status } = await app.send('GET', answer.headers['azure-asyncoperation'] ?? '', { token });
    return status.status === 'InProgress' ? undefined : status;
  });
}

async function upload(app: FunctionApp, path: string): Promise<number> {
  const token = await app.token('https://storage.azure.com/.default');
  const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'text/yaml' };
  return (await app.send('PUT', `${BLOBS}/${path}`, { token, headers, body: Buffer.from('a: 1') })).status;
}

describe('an event subscription of a storage account', () => {
  it('is there only after its endpoint wanted it, and its key is told by nobody who does not ask', async () => {
    const app = await withTopic();
    expect(await subscribed(app)).toMatchObject({
      status: 'Failed',
      error: { code: 'Url validation', message: expect.stringContaining('response code 503') },
    });
    await app.publish(packageOf('1'));
    expect(await subscribed(app, subscriptionBody('https://elsewhere.example/hook'))).toMatchObject({
      status: 'Failed',
      error: { message: expect.stringContaining('Unknown') },
    });
    expect(await subscribed(app)).toMatchObject({ status: 'Succeeded' });
    const told = await app.arm('GET', SUBSCRIPTION, undefined, EVENTS);
    expect(told.text).not.toContain('code=key');
    expect(jsonAt(told.body, 'properties.destination.properties.endpointBaseUrl')).toBe(
      `${APP}/runtime/webhooks/blobs`,
    );
    expect((await app.arm('POST', `${SUBSCRIPTION}/getFullUrl`, undefined, EVENTS)).body).toEqual({
      endpointUrl: WEBHOOK,
    });
  });

  it('brings what was uploaded where its filter says, and nothing else', async () => {
    const hosting = echoHosting();
    const app = await withTopic(hosting);
    await app.publish(packageOf('1'));
    await subscribed(app);
    expect([await upload(app, 'others/a.yaml'), await upload(app, 'configs/a.yaml')]).toEqual([201, 201]);
    const events = () => hosting.asked.filter(({ headers }) => headers['aeg-event-type'] === 'Notification');
    await eventually(async () =>
      app.simulator.state().eventDeliveries.length === 0 && events().length > 0 ? true : undefined,
    );
    expect(events().map(({ url }) => url)).toEqual([
      '/runtime/webhooks/blobs?functionName=Host.Functions.uploaded&code=key',
    ]);
  });

  it('reaches an app that lets nobody but Event Grid in, and none that is stopped: what is given up is kept', async () => {
    const app = await withTopic();
    await app.publish(packageOf('1'));
    const rule = { name: 'events', tag: 'ServiceTag', ipAddress: 'AzureEventGrid', action: 'Allow', priority: 100 };
    await app.arm('PUT', `${SITE}/config/web`, { properties: { ipSecurityRestrictions: [rule] } }, WEB);
    expect((await app.send('GET', `${APP}/api/health`)).status).toBe(403);
    const [identity = ''] = Object.keys(jsonAt(app.site, 'identity.userAssignedIdentities') as JsonObject);
    const deadLetterDestination = {
      endpointType: 'StorageBlob',
      properties: { resourceId: `${app.group}/${accountPath('appstore')}`, blobContainerName: 'dead' },
    };
    const changes = {
      retryPolicy: { maxDeliveryAttempts: 1, eventTimeToLiveInMinutes: 1440 },
      deadLetterWithResourceIdentity: {
        identity: { type: 'UserAssigned', userAssignedIdentity: identity },
        deadLetterDestination,
      },
    };
    expect(await subscribed(app, subscriptionBody(WEBHOOK, changes))).toMatchObject({ status: 'Succeeded' });
    await app.arm('POST', `${SITE}/stop`, undefined, WEB);
    await upload(app, 'configs/a.yaml');
    await eventually(async () => (app.simulator.state().eventDeliveries.length === 0 ? true : undefined));
    const token = await app.token('https://storage.azure.com/.default');
    const { text } = await app.send('GET', `${BLOBS}/dead?restype=container&comp=list`, { token });
    expect(text).toMatch(/<Name>uploads\/configs\/.+\.json<\/Name>/);
  });

  it.each<[string, JsonObject]>([
    ['to a queue', { properties: { destination: { endpointType: 'StorageQueue', properties: {} } } }],
    ['by plain HTTP', subscriptionBody('http://func-demo.azurewebsites.net/hook')],
    [
      'for more than a day',
      subscriptionBody(WEBHOOK, { retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 5000 } }),
    ],
  ])('is refused %s', async (_, body) => {
    const app = await withTopic();
    expect((await app.arm('PUT', SUBSCRIPTION, body, EVENTS)).status).toBe(400);
  });
});
