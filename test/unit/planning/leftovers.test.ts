import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import type { RevisionView } from '../../../src/azure/ports.ts';
import type { StepResource } from '../../../src/domain/desired.ts';
import { emptyState } from '../../../src/domain/state.ts';
import type { WantedResource } from '../../../src/planning/forecast.ts';
import { withLiveLeftovers } from '../../../src/planning/leftovers.ts';
import type { LiveResources } from '../../../src/planning/live-resources.ts';
import { CONTAINER_APP } from '../../../src/resources/container-app.ts';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';

const VAULT = 'https://shop-kv.vault.azure.net/';
const ID = '/subscriptions/s/resourceGroups/shop-rg/providers/Microsoft.App/containerApps/api';
const IDENTITY =
  '/subscriptions/s/resourceGroups/shop-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/apps';
const JWT = 'a-signing-key-of-many-characters';

const reference = (name: string): JsonObject => ({
  name,
  keyVaultUrl: `${VAULT}secrets/${name}/1`,
  identity: IDENTITY,
});

const body = (secrets: JsonObject[], env: JsonObject[] = []): JsonObject => ({
  identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
  properties: { configuration: { secrets }, template: { containers: [{ name: 'api', env }] } },
});

const desired = (secrets: JsonObject[]): StepResource => ({
  ...{ kind: CONTAINER_APP, key: 'app:api', title: 'container app api', step: 'deploy_application_services', id: ID },
  body: body(secrets),
});

const wantedWith = (variants: WantedResource['variants'] = new Map()): WantedResource => ({
  resource: desired([reference('new')]),
  ...{ by: ['deploy_application_services'], finishedBy: [], repairs: new Map(), variants },
});

/** The old revision reads `old`; nobody reads `gone`. */
const REVISION = {
  name: 'api--1',
  template: { containers: [{ name: 'api', env: [{ name: 'OLD', secretRef: 'old' }] }] },
} as unknown as RevisionView;

async function planned(wanted: WantedResource, live: LiveResources, vault?: ReturnType<typeof fakeAzure>) {
  const { azure } = vault ?? fakeAzure();
  const sources = {
    azure: { ...azure, apps: { ...azure.apps, revisions: async () => [REVISION] } },
    ...{ environment: 'default', config: deploymentConfig(), state: emptyState('default'), steps: [] },
    foretold: new Map([
      ['create_key_vault.vaultUri', VAULT],
      ['create_container_registry.loginServer', 'shopacr.azurecr.io'],
    ]),
    renewed: new Set<string>(),
    secrets: { literal: () => undefined, environment: () => undefined },
  };
  const [result] = await withLiveLeftovers(sources, [wanted], live);
  return result;
}

const liveWith = (live: JsonObject): LiveResources => new Map([[ID.toLowerCase(), { ...live, id: ID }]]);
const namesOf = (resource: StepResource | undefined): readonly unknown[] =>
  (jsonAt(resource?.body ?? {}, 'properties.configuration.secrets') as JsonObject[]).map(({ name }) => name);
const variablesOf = (resource: StepResource | undefined): unknown =>
  (jsonAt(resource?.body ?? {}, 'properties.template.containers') as JsonObject[])[0]?.env;

describe('the plan of an app', () => {
  it('keeps and drops the references that a release will', async () => {
    const variant = desired([{ ...reference('new'), keyVaultUrl: 'unknown' }]);
    const live = liveWith(body([reference('new'), reference('old'), reference('gone')]));
    const result = await planned(wantedWith(new Map([['store_secrets', variant]])), live);
    for (const resource of [result?.resource, result?.variants.get('store_secrets')]) {
      expect(namesOf(resource)).toEqual(['new', 'old']);
      expect(resource?.dropped).toEqual({ 'properties.configuration.secrets': ['gone'] });
    }
  });

  it('is as wanted before there is an app', async () => {
    const wanted = wantedWith();
    expect(await planned(wanted, new Map())).toBe(wanted);
  });

  const withPlainSecret = liveWith(body([reference('new')], [{ name: 'SIGNING_KEY', value: JWT }]));
  const secured = [{ name: 'SIGNING_KEY', secretRef: 'jwt-secret' }];

  it('has a reference for a secret in plain text, whose version may not be known yet', async () => {
    const azure = fakeAzure();
    azure.secrets.set('JWT-SECRET', { name: 'JWT-SECRET', value: JWT, id: `${VAULT}secrets/JWT-SECRET/1`, tags: {} });
    const result = await planned(
      wantedWith(new Map([['store_secrets', desired([reference('new')])]])),
      withPlainSecret,
      azure,
    );
    const [known, anew] = [result?.resource, result?.variants.get('store_secrets')];
    expect([variablesOf(known), variablesOf(anew)]).toEqual([secured, secured]);
    expect([namesOf(known), namesOf(anew)]).toEqual([
      ['new', 'jwt-secret'],
      ['new', 'jwt-secret'],
    ]);
    expect(known?.body).not.toEqual(anew?.body);
    expect(Object.values(known?.secured ?? {})).toMatchObject([
      { danger: 'the secret JWT-SECRET stands there in plain text' },
    ]);
  });

  it('may have one where nobody can read the vault, which is known once the secrets are stored', async () => {
    const azure = fakeAzure();
    azure.refuse = ({ method }) => {
      if (method === 'SECRET') throw new AzureError({ code: 'Forbidden', message: 'no', statusCode: 403 });
    };
    const result = await planned(wantedWith(), withPlainSecret, azure);
    expect(variablesOf(result?.resource)).toMatchObject([{ name: 'SIGNING_KEY' }]);
    expect(namesOf(result?.resource)).toContain('jwt-secret');
    const afterwards = result?.variants.get('store_secrets');
    expect([variablesOf(afterwards), namesOf(afterwards)]).toEqual([[], ['new']]);
  });
});
