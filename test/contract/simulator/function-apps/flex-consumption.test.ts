import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { aroundApp, PLAN, SITE, siteBody, WEB } from '../../../helpers/cloud/function-app.ts';
import type { Answer } from '../../../helpers/cloud/simulated-clients.ts';

const said = ({ status, body }: Answer) => [status, body.Code ?? jsonAt(body, 'error.code'), body.Message];

describe('a function app of a Flex Consumption plan', () => {
  it('has what Azure adds, and stands in the list of its group', async () => {
    const clients = await aroundApp();
    const made = await clients.create(SITE, siteBody(clients), WEB);
    expect(made).toMatchObject({
      kind: 'functionapp,linux',
      identity: {
        userAssignedIdentities: {
          [Object.keys(jsonAt(made, 'identity.userAssignedIdentities') as JsonObject)[0] ?? '']: {
            clientId: expect.any(String),
            principalId: expect.any(String),
          },
        },
      },
      properties: { state: 'Running', defaultHostName: 'func-demo.azurewebsites.net', sku: 'FlexConsumption' },
    });
    const { body } = await clients.arm('GET', PLAN, undefined, WEB);
    expect(body).toMatchObject({ sku: { tier: 'FlexConsumption' }, properties: { numberOfSites: 1 } });
    const list = await clients.arm('GET', `${clients.group}/resources`, undefined, '2025-04-01');
    const types = (list.body.value as JsonObject[]).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['Microsoft.Web/serverfarms', 'Microsoft.Web/sites']));
  });

  it.each<[string, (clients: Awaited<ReturnType<typeof aroundApp>>) => JsonObject, unknown[]]>([
    [
      'without its plan',
      (c) => siteBody(c, { serverFarmId: `${c.group}/${PLAN}2` }),
      [404, 'NotFound', 'Cannot find ServerFarm with name plan-demo2.'],
    ],
    [
      'without functionAppConfig',
      (c) => {
        const body = siteBody(c);
        const { functionAppConfig: _, ...properties } = body.properties as JsonObject;
        return { ...body, properties };
      },
      [400, 'BadRequest', expect.stringContaining('The FunctionAppConfig section was not specified')],
    ],
    [
      'with settings of other plans',
      (c) => siteBody(c, { siteConfig: { appSettings: [{ name: 'FUNCTIONS_WORKER_RUNTIME', value: 'node' }] } }),
      [
        400,
        'BadRequest',
        expect.stringContaining(
          '(Site.SiteConfig.AppSettings.FUNCTIONS_WORKER_RUNTIME) for Flex Consumption sites is invalid',
        ),
      ],
    ],
    [
      'with a configuration of other plans',
      (c) => siteBody(c, { siteConfig: { linuxFxVersion: 'NODE|22', ftpsState: 'Disabled' } }),
      [400, 'BadRequest', expect.stringMatching(/list of 2 site configuration properties/)],
    ],
    [
      'with an identity that is not there',
      (c) => ({
        ...siteBody(c),
        identity: {
          type: 'UserAssigned',
          userAssignedIdentities: {
            [`${c.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/nobody`]: {},
          },
        },
      }),
      [400, 'BadRequest', expect.stringContaining('nobody')],
    ],
    ['with a member that never was', (c) => siteBody(c, { flex: true }), [400, 'InvalidRequestContent', undefined]],
  ])('is not made %s', async (_, body, outcome) => {
    const clients = await aroundApp();
    expect(said(await clients.arm('PUT', SITE, body(clients), WEB))).toEqual(outcome);
  });

  it('has a plan for itself, and a name that is free in all of Azure', async () => {
    const clients = await aroundApp();
    await clients.create(SITE, siteBody(clients), WEB);
    const second = await clients.arm('PUT', `${SITE}2`, siteBody(clients), WEB);
    expect(said(second)).toEqual([409, 'Conflict', expect.stringContaining('func-demo')]);
    const plan = {
      location: 'westeurope',
      sku: { name: 'FC1', tier: 'FlexConsumption' },
      properties: { reserved: true },
    };
    await clients.create(`${PLAN}2`, plan, WEB);
    const other = clients.group.replace('rg-demo', 'rg-other');
    await clients.create(other, { location: 'westeurope' }, '2025-04-01');
    const same = await clients.arm(
      'PUT',
      `${other}/${SITE}`,
      siteBody(clients, { serverFarmId: `${clients.group}/${PLAN}2` }),
      WEB,
    );
    expect(said(same)).toEqual([409, 'Conflict', 'Website with given name func-demo already exists.']);
  });

  it('takes its plan with it, which nobody deletes before', async () => {
    const clients = await aroundApp();
    await clients.create(SITE, siteBody(clients), WEB);
    expect(said(await clients.arm('DELETE', PLAN, undefined, WEB))).toEqual([
      409,
      'Conflict',
      expect.stringContaining('func-demo'),
    ]);
    expect((await clients.arm('DELETE', SITE, undefined, WEB)).status).toBe(200);
    expect((await clients.arm('GET', PLAN, undefined, WEB)).status).toBe(404);
  });
});

describe('the configuration of a function app', () => {
  it('has settings that are written as a whole and told by POST alone', async () => {
    const clients = await aroundApp();
    await clients.create(SITE, siteBody(clients), WEB);
    const path = `${SITE}/config/appsettings`;
    await clients.arm('PUT', path, { properties: { A: '1', B: '2' } }, WEB);
    await clients.arm('PUT', path, { properties: { B: '3' } }, WEB);
    expect((await clients.arm('POST', `${path}/list`, undefined, WEB)).body.properties).toEqual({ B: '3' });
    expect((await clients.arm('GET', path, undefined, WEB)).status).toBe(405);
    const refused = await clients.arm('PUT', path, { properties: { WEBSITE_RUN_FROM_PACKAGE: '1' } }, WEB);
    expect(said(refused)[1]).toBe('BadRequest');
  });

  it('has policies of passwords and rules of access', async () => {
    const clients = await aroundApp();
    await clients.create(SITE, siteBody(clients), WEB);
    const policy = `${SITE}/basicPublishingCredentialsPolicies/scm`;
    expect((await clients.arm('GET', policy, undefined, WEB)).body).toMatchObject({ properties: { allow: true } });
    await clients.arm('PUT', policy, { properties: { allow: false } }, WEB);
    expect((await clients.arm('GET', policy, undefined, WEB)).body).toMatchObject({ properties: { allow: false } });
    const rule = { name: 'events', tag: 'ServiceTag', ipAddress: 'AzureEventGrid', action: 'Allow', priority: 100 };
    const web = await clients.arm('PUT', `${SITE}/config/web`, { properties: { ipSecurityRestrictions: [rule] } }, WEB);
    expect(web.body).toMatchObject({ properties: { ipSecurityRestrictions: [rule] } });
    const closed = await clients.send('GET', 'https://func-demo.azurewebsites.net/api/health');
    expect(closed.status).toBe(403);
  });
});
