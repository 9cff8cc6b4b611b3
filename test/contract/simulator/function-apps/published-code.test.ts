import { describe, expect, it } from 'vitest';
import { jsonAt } from '../../../../src/shared/json.ts';
import {
  APP,
  echoHosting,
  type FunctionApp,
  functionApp,
  packageOf,
  SCM,
  SITE,
  STORAGE_ROLES,
  WEB,
} from '../../../helpers/cloud/function-app.ts';
import { accountPath, STORAGE } from '../../../helpers/cloud/storage.ts';

const HEALTH = `${APP}/api/health?deep=1`;
const keys = async ({ arm }: FunctionApp) => await arm('POST', `${SITE}/host/default/listKeys`, undefined, WEB);

describe('code that is published', () => {
  it('runs at the address of the app, and with it come functions and keys', async () => {
    const hosting = echoHosting();
    const app = await functionApp(hosting);
    expect((await app.send('GET', HEALTH)).status).toBe(503);
    const none = await keys(app);
    expect([none.status, none.body.Message]).toEqual([
      400,
      'Encountered an error (InternalServerError) from host runtime.',
    ]);
    expect(await app.publish(packageOf('1'))).toMatchObject({ status: 4, complete: true, active: true });
    expect((await app.send('GET', HEALTH)).body).toMatchObject({ path: '/api/health?deep=1', setting: 'hello' });
    const { body } = await app.arm('GET', `${SITE}/functions`, undefined, WEB);
    expect((body.value as { name: string }[]).map(({ name }) => name)).toEqual([
      'func-demo/health',
      'func-demo/deploy',
      'func-demo/uploaded',
    ]);
    const told = (await keys(app)).body;
    expect(told).toEqual({
      masterKey: hosting.started[0]?.keys.master,
      functionKeys: { default: expect.any(String) },
      systemKeys: { durabletask_extension: expect.any(String), blobs_extension: expect.any(String) },
    });
    const listed = await app.arm(
      'GET',
      `${accountPath('appstore')}/blobServices/default/containers`,
      undefined,
      STORAGE,
    );
    expect(listed.status).toBe(200);
  });

  it('is started again with other settings and other keys, and not for the same', async () => {
    const hosting = echoHosting();
    const app = await functionApp(hosting);
    await app.publish(packageOf('1'));
    const path = `${SITE}/config/appsettings`;
    const { body } = await app.arm('POST', `${path}/list`, undefined, WEB);
    const properties = body.properties as Record<string, string>;
    await app.arm('PUT', path, { properties: { ...properties } }, WEB);
    await app.send('GET', HEALTH);
    expect(hosting.started).toHaveLength(1);
    await app.arm('PUT', path, { properties: { ...properties, GREETING: 'good morning' } }, WEB);
    expect((await app.send('GET', HEALTH)).body).toMatchObject({ setting: 'good morning' });
    const key = await app.arm(
      'PUT',
      `${SITE}/host/default/functionKeys/ci`,
      { properties: { name: 'ci', value: 'mine' } },
      WEB,
    );
    expect([key.status, jsonAt(key.body, 'properties.value')]).toEqual([201, 'mine']);
    await app.send('GET', HEALTH);
    expect(hosting.started.at(-1)?.keys.functionKeys).toMatchObject({ ci: 'mine' });
    const before = jsonAt((await keys(app)).body, 'systemKeys.blobs_extension');
    await app.arm('PUT', `${SITE}/host/default/systemKeys/blobs_extension`, { properties: {} }, WEB);
    expect(jsonAt((await keys(app)).body, 'systemKeys.blobs_extension')).not.toBe(before);
  });

  it('is asked through Resource Manager as by its owner, behind its sign-in, and not when it does not run', async () => {
    const hosting = echoHosting();
    const app = await functionApp(hosting);
    const path = `${SITE}/hostruntime/runtime/webhooks/durabletask/instances`;
    const ask = () => app.arm('GET', path, undefined, `${WEB}&top=1`);
    expect([(await ask()).status, (await ask()).text]).toEqual([400, expect.stringContaining('from host runtime')]);
    await app.publish(packageOf('1'));
    expect((await ask()).body).toMatchObject({ path: '/runtime/webhooks/durabletask/instances?top=1' });
    expect(hosting.asked.at(-1)?.headers['x-functions-key']).toBe(hosting.started[0]?.keys.master);
    const signIn = (excludedPaths: string[]) => ({
      properties: {
        platform: { enabled: true },
        globalValidation: { requireAuthentication: true, unauthenticatedClientAction: 'Return401', excludedPaths },
      },
    });
    await app.arm('PUT', `${SITE}/config/authsettingsV2`, signIn([]), WEB);
    expect((await ask()).status).toBe(401);
    await app.arm('PUT', `${SITE}/config/authsettingsV2`, signIn(['/runtime/webhooks/durabletask/instances']), WEB);
    expect((await ask()).status).toBe(200);
    app.simulator.behave({ deployerRoles: { [`/subscriptions/${app.simulator.subscriptionId}`]: ['AcrPull'] } });
    expect((await ask()).status).toBe(403);
  });

  it('does not answer while the app is stopped, and does again', async () => {
    const app = await functionApp(echoHosting());
    await app.publish(packageOf('1'));
    await app.arm('POST', `${SITE}/stop`, undefined, WEB);
    expect((await app.send('GET', HEALTH)).status).toBe(403);
    await app.arm('POST', `${SITE}/start`, undefined, WEB);
    expect((await app.send('GET', HEALTH)).status).toBe(200);
    await app.arm('DELETE', SITE, undefined, WEB);
    expect((await app.send('GET', HEALTH)).status).toBe(404);
  });

  it.each(STORAGE_ROLES.map((role) => [role]))('does not run without the role %s on its storage', async (role) => {
    const app = await functionApp(
      echoHosting(),
      STORAGE_ROLES.filter((one) => one !== role),
    );
    expect(await app.publish(packageOf('1'))).toMatchObject({ status: 3 });
    expect((await app.send('GET', HEALTH)).status).toBe(503);
  });

  it('is refused without a token, without the right, as no zip, and where the container is missing', async () => {
    const app = await functionApp(echoHosting());
    const headers = { 'content-type': 'application/zip' };
    const nobody = await app.send('POST', `${SCM}/api/publish`, { headers, body: packageOf('1') });
    expect(nobody.status).toBe(401);
    const vault = await app.token('https://vault.azure.net/.default');
    expect((await app.send('POST', `${SCM}/api/publish`, { headers, body: packageOf('1'), token: vault })).status).toBe(
      401,
    );
    expect(await app.publish(Buffer.from('no zip'))).toMatchObject({
      status: 3,
      status_text: expect.stringContaining('zip'),
    });
    await app.arm('DELETE', `${accountPath('appstore')}/blobServices/default/containers/packages`, undefined, STORAGE);
    expect(await app.publish(packageOf('1'))).toMatchObject({
      status: 3,
      status_text: expect.stringContaining('404 (The specified container does not exist.)'),
    });
    app.simulator.behave({ deployerRoles: { [`/subscriptions/${app.simulator.subscriptionId}`]: ['Reader'] } });
    const reader = await app.send('POST', `${SCM}/api/publish`, {
      headers,
      body: packageOf('1'),
      token: await app.token(),
    });
    expect(reader.status).toBe(403);
  });
});

describe('code whose orchestrations are kept in the Durable Task Scheduler', () => {
  const SCHEDULER = 'providers/Microsoft.DurableTask/schedulers/dts-demo';
  const DATA_CONTRIBUTOR = '0ad04412-c4d5-4796-b79c-f76d14c8d402';
  const VERSION = '2026-02-01';
  const hostJson = {
    version: '2.0',
    extensions: { durableTask: { hubName: '%TASKHUB_NAME%', storageProvider: { type: 'azureManaged' } } },
  };

  it('needs the scheduler, its hub and the role, and of its storage no tables', async () => {
    const app = await functionApp(echoHosting(), STORAGE_ROLES.slice(0, 2));
    await app.arm('POST', `/subscriptions/${app.simulator.subscriptionId}/providers/Microsoft.DurableTask/register`);
    const content = packageOf('1', JSON.stringify(hostJson));
    expect(await app.publish(content)).toMatchObject({ status: 3 });
    const scheduler = {
      location: 'westeurope',
      properties: { ipAllowlist: ['0.0.0.0/0'], sku: { name: 'Consumption' } },
    };
    const made = await app.create(SCHEDULER, scheduler, VERSION);
    await app.create(`${SCHEDULER}/taskHubs/runs`, { properties: {} }, VERSION);
    const path = `${SITE}/config/appsettings`;
    const { body } = await app.arm('POST', `${path}/list`, undefined, WEB);
    const endpoint = String(jsonAt(made, 'properties.endpoint'));
    const properties = {
      ...(body.properties as Record<string, string>),
      TASKHUB_NAME: 'runs',
      DURABLE_TASK_SCHEDULER_CONNECTION_STRING: `Endpoint=${endpoint};Authentication=ManagedIdentity;ClientID=${app.clientId}`,
    };
    await app.arm('PUT', path, { properties }, WEB);
    expect(await app.publish(content)).toMatchObject({ status: 3 });
    await app.grant(DATA_CONTRIBUTOR, SCHEDULER);
    expect(await app.publish(content)).toMatchObject({ status: 4 });
    const odd = { ...scheduler, properties: { ...scheduler.properties, sku: { name: 'Consumption', capacity: 1 } } };
    expect((await app.arm('PUT', `${SCHEDULER}2`, odd, VERSION)).status).toBe(400);
  });
});

it('settings that refer to a vault have the value of its secret where the identity may read it, else what is written', async () => {
  const hosting = echoHosting();
  const app = await functionApp(hosting);
  const vault = 'providers/Microsoft.KeyVault/vaults/kv-app';
  const { tenantId } = app.simulator;
  const properties = { tenantId, sku: { family: 'A', name: 'standard' }, enableRbacAuthorization: true };
  await app.create(vault, { location: 'westeurope', properties }, '2024-11-01');
  const subscription = `/subscriptions/${app.simulator.subscriptionId}`;
  app.simulator.behave({ deployerRoles: { [subscription]: ['Owner', 'Key Vault Secrets Officer'] } });
  const token = await app.token('https://vault.azure.net/.default');
  const url = 'https://kv-app.vault.azure.net/secrets/greeting';
  await app.send('PUT', `${url}?api-version=7.6`, { token, body: { value: 'from the vault' } });
  const path = `${SITE}/config/appsettings`;
  const { body } = await app.arm('POST', `${path}/list`, undefined, WEB);
  const reference = `@Microsoft.KeyVault(SecretUri=${url}/)`;
  await app.arm(
    'PUT',
    path,
    { properties: { ...(body.properties as Record<string, string>), GREETING: reference } },
    WEB,
  );
  await app.publish(packageOf('1'));
  expect((await app.send('GET', HEALTH)).body).toMatchObject({ setting: reference });
  await app.grant('4633458b-17de-408a-b874-0445c86b69e6', vault);
  await app.arm('POST', `${SITE}/restart`, undefined, WEB);
  await app.send('GET', HEALTH);
  expect(hosting.started.at(-1)?.environment.GREETING).toBe('from the vault');
});
