import { describe, expect, it } from 'vitest';
import type { RevisionView } from '../../../src/azure/ports.ts';
import type { StepResource } from '../../../src/domain/desired.ts';
import { withLeftReferences } from '../../../src/planning/left-references.ts';
import { CONTAINER_APP } from '../../../src/resources/container-app.ts';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';

const VAULT = 'https://shop-kv.vault.azure.net/';
const ID = '/subscriptions/s/resourceGroups/shop-rg/providers/Microsoft.App/containerApps/api';
const IDENTITY =
  '/subscriptions/s/resourceGroups/shop-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/apps';

const reference = (name: string): JsonObject => ({
  name,
  keyVaultUrl: `${VAULT}secrets/${name}/1`,
  identity: IDENTITY,
});

const withSecrets = (secrets: JsonObject[]): JsonObject => ({
  identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
  properties: { configuration: { secrets } },
});

const desired = (secrets: JsonObject[]): StepResource => ({
  kind: CONTAINER_APP,
  key: 'app:api',
  title: 'container app api',
  step: 'deploy_application_services',
  id: ID,
  body: withSecrets(secrets),
});

/** The old revision reads `old`; nobody reads `gone`. */
const REVISION = {
  name: 'api--1',
  template: { containers: [{ name: 'api', env: [{ name: 'OLD', secretRef: 'old' }] }] },
} as unknown as RevisionView;

describe('the plan of an app', () => {
  it('keeps and drops the references that a release will', async () => {
    const { azure } = fakeAzure();
    const apps = { ...azure.apps, revisions: async () => [REVISION] };
    const live = { ...withSecrets([reference('new'), reference('old'), reference('gone')]), id: ID };
    const wanted = {
      resource: desired([reference('new')]),
      by: ['deploy_application_services'] as const,
      finishedBy: [],
      repairs: new Map(),
      variants: new Map([['store_secrets', desired([{ ...reference('new'), keyVaultUrl: 'unknown' }])] as const]),
    };
    const sources = { azure: { apps }, vaultUri: VAULT };
    const [planned] = await withLeftReferences(sources, [wanted], new Map([[ID.toLowerCase(), live]]));
    const bodies = [planned?.resource, planned?.variants.get('store_secrets')];
    for (const resource of bodies) {
      const secrets = jsonAt(resource?.body ?? {}, 'properties.configuration.secrets') as JsonObject[];
      expect(secrets.map(({ name }) => name)).toEqual(['new', 'old']);
      expect(resource?.dropped).toEqual({ 'properties.configuration.secrets': ['gone'] });
    }
  });

  it('is as wanted before there is a vault, or an app', async () => {
    const { azure } = fakeAzure();
    const wanted = [{ resource: desired([]), by: [], finishedBy: [], repairs: new Map(), variants: new Map() }];
    expect(await withLeftReferences({ azure, vaultUri: undefined }, wanted, new Map())).toEqual(wanted);
    expect(await withLeftReferences({ azure, vaultUri: VAULT }, wanted, new Map())).toEqual(wanted);
  });
});
