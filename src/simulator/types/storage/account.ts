import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { setOutputs } from '../../arm/lifecycle.ts';
import { type ArmReply, objectBody, ok, refused } from '../../arm/message.ts';
import { propertiesOf, skuOf } from '../../arm/resource-body.ts';
import type { ResourceType, SubRequest } from '../../arm/resource-type.ts';
import { renewKey } from '../../issued-key.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { ACCOUNT, API_VERSIONS, accountKeys, isPremium, KEY_NAMES, servicesOf } from '../../storage/account.ts';
import type { StoredResource } from '../../store.ts';
import { provisioningState, type World } from '../../world.ts';
import { accountProblem, invalidValues } from './account-rules.ts';
import { networkProblem, subnetsProblem } from './network-rules.ts';

/** Operations: https://learn.microsoft.com/rest/api/storagerp/storage-accounts; names: https://github.com/pulumi/templates/pull/274. */
export const storageAccount: ResourceType = {
  type: ACCOUNT,
  apiVersions: API_VERSIONS,
  name: /^[a-z0-9]{3,24}$/,
  nameError: 'AccountNameInvalid',
  invalidNameReason: 'AccountNameInvalid',
  listed: true,
  style: 'location',
  seconds: { create: 20, update: 3, delete: 0 },
  hasAddress: true,
  globalName: 'StorageAccountAlreadyTaken',
  check: ({ world, body, sent, before }) =>
    accountProblem(body, sent, before?.body) ??
    networkProblem(body) ??
    (before ? (notProvisioned(before, world) ?? subnetsProblem(world, body)) : undefined),
  apply({ world, resource, before, id, name, body }) {
    if (before) return undefined;
    const failure = subnetsProblem(world, body);
    if (failure) return failure;
    const { createdAt } = resource;
    setOutputs(resource, {
      creationTime: createdAt,
      keyCreationTime: { key1: createdAt, key2: createdAt },
      primaryLocation: String(body.location).toLowerCase().replaceAll(' ', ''),
      statusOfPrimary: 'available',
      primaryEndpoints: endpoints(name, body),
    });
    for (const service of servicesOf(body)) {
      // Tables are not simulated.
      if (service !== 'table') keepService(world, id, `${service}Services`, createdAt);
    }
    return undefined;
  },
  defaults: accountDefaults,
  view: ({ body }): JsonObject => {
    const sku = isJsonObject(body.sku) ? body.sku : {};
    const [performance = ''] = skuOf(body).split('_');
    return { sku: { ...sku, tier: performance.replace('V2', '') } };
  },
  handle: (call) => handleKeys(call),
};

/**
 * What an account has that says nothing, by the descriptions of the type (2025-06-01) and the examples of it in
 * https://github.com/Azure/azure-rest-api-specs.
 */
function accountDefaults({ body, createdAt }: StoredResource): JsonObject {
  const service = { keyType: 'Account', enabled: true, lastEnabledTime: createdAt };
  const isGeneral = body.kind === 'StorageV2' && !isPremium(body);
  return {
    tags: {},
    properties: {
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      minimumTlsVersion: 'TLS1_0',
      supportsHttpsTrafficOnly: true,
      networkAcls: { bypass: 'AzureServices', virtualNetworkRules: [], ipRules: [], defaultAction: 'Allow' },
      encryption: { services: { file: service, blob: service }, keySource: 'Microsoft.Storage' },
      privateEndpointConnections: [],
      ...(isGeneral && { accessTier: 'Hot' }),
      ...(body.kind === 'BlockBlobStorage' && { accessTier: 'Premium' }),
    },
  };
}

function endpoints(name: string, account: JsonObject): JsonObject {
  const services = servicesOf(account);
  const others =
    services.includes('blob') && !(isPremium(account) && account.kind === 'StorageV2') ? ['dfs', 'web'] : [];
  return Object.fromEntries(
    [...services, ...others].map((service) => {
      // Static pages are served from a zone.
      const zone = service === 'web' ? 'z6.web' : service;
      return [service, `https://${name}.${zone}.core.windows.net/`];
    }),
  );
}

function keepService(world: World, accountId: string, collection: string, at: string): void {
  world.index.keepResource({
    id: `${accountId}/${collection}/default`,
    name: 'default',
    type: `${ACCOUNT}/${collection}`,
    body: {},
    extra: {},
    createdAt: at,
    updatedAt: at,
  });
}

/** https://github.com/kubernetes-sigs/azurefile-csi-driver/issues/186 */
export function notProvisioned(account: StoredResource, world: World): Refusal | undefined {
  return provisioningState(account, world) === 'Succeeded'
    ? undefined
    : refuse(
        409,
        'StorageAccountIsNotProvisioned',
        "The storage account provisioning state must be 'Succeeded' before executing the operation.",
      );
}

/** https://learn.microsoft.com/rest/api/storagerp/storage-accounts/list-keys and …/regenerate-key; keys are told whether they may be used or not. */
function handleKeys({ world, resource, request, rest }: SubRequest): ArmReply | undefined {
  const action = rest.length === 1 && request.method === 'POST' ? rest[0]?.toLowerCase() : undefined;
  if (action !== 'listkeys' && action !== 'regeneratekey') return undefined;
  const early = notProvisioned(resource, world);
  if (early) return refused(early);
  if (action === 'regeneratekey') {
    const name = KEY_NAMES.find((one) => one === objectBody(request.body)?.keyName);
    if (!name) return refused(invalidValues('keyName'));
    renewKey(resource, name);
    const times = propertiesOf(resource.body).keyCreationTime;
    setOutputs(resource, {
      keyCreationTime: { ...(isJsonObject(times) ? times : {}), [name]: new Date(world.now()).toISOString() },
    });
  }
  const times = propertiesOf(resource.body).keyCreationTime;
  return ok({
    keys: accountKeys(world, resource).map(({ name, value }) => ({
      creationTime: (isJsonObject(times) ? times[name] : undefined) ?? resource.createdAt,
      keyName: name,
      value,
      permissions: 'FULL',
    })),
  });
}
