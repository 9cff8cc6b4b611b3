import { regionName } from '../domain/compare.ts';
import type { CostInput, MeterUse } from '../domain/cost/meter.ts';
import { perUnits, use } from '../domain/cost/quantity.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { nameOf, namespaceOf, resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { type JsonObject, jsonAt, scalarText } from '../shared/json.ts';
import { CHECK_NAME_AVAILABILITY } from './columns/name-availability.ts';
import { ownPage } from './columns/portal.ts';
import { OFFERED_IN_REGION } from './columns/region.ts';
import { READERS_BY_POLICY } from './columns/vault-readers.ts';
import type { ResourceKind, SoftDeletion } from './kind.ts';

/** Azure recovers a vault only in its own group and region (https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview). */
const SOFT_DELETION: SoftDeletion = {
  question: ({ id, kind, body }, subscription) => ({
    method: 'GET',
    path: `${subscription}/providers/${namespaceOf(kind.type)}/locations/${regionName(scalarText(body.location))}/deletedVaults/${nameOf(id)}`,
    apiVersion: kind.apiVersion,
  }),
  formerly: (answer) => ({ id: jsonAt(answer, 'properties.vaultId'), tags: jsonAt(answer, 'properties.tags') }),
  recovery: ({ location = null, tags = {}, properties = {} }: JsonObject) => ({
    location,
    tags,
    // Azure looks at nothing but these in a PUT that recovers.
    properties: {
      tenantId: jsonAt(properties, 'tenantId') ?? null,
      sku: jsonAt(properties, 'sku') ?? null,
      createMode: 'recover',
    },
  }),
};

const RETENTION_IN_DAYS = 90;

export const KEY_VAULT: ResourceKind<'Microsoft.KeyVault/vaults'> = {
  type: 'Microsoft.KeyVault/vaults',
  apiVersion: '2026-05-15',
  fingerprintVersion: '2026-02-01',
  provider: 'Microsoft.KeyVault',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.keyVault,
  uniqueName: CHECK_NAME_AVAILABILITY,
  availability: [OFFERED_IN_REGION],
  permission: null,
  holdsData: true,
  update: 'patch',
  immutable: ['location', 'properties.tenantId'],
  createOnly: ['properties.softDeleteRetentionInDays'],
  settings: {
    location: 'locations.key_vault',
    'properties.networkAcls.bypass': 'key_vault.network_rules.bypass',
    'properties.networkAcls.defaultAction': 'key_vault.network_rules.default_action',
    'properties.networkAcls.ipRules': 'key_vault.network_rules.ip_rules',
  },
  // Who may read by an access policy has to be granted a role first.
  late: { 'properties.enableRbacAuthorization': 'access policies' },
  invariants: {
    // https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy
    'properties.enableRbacAuthorization': 'whoever may change the vault can give himself access to its secrets',
    // https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
    'properties.enableSoftDelete': 'what is deleted is lost at once',
    'properties.enablePurgeProtection': 'what is deleted can be purged before its time, and is lost then',
  },
  dependents: { 'properties.enableRbacAuthorization': READERS_BY_POLICY },
  defaults: ['properties.sku', 'properties.publicNetworkAccess'],
  computed: ['tags', 'properties.tenantId'],
  timeoutInSeconds: 600,
  // Its name stays taken by the deleted vault for as long as purge protection lasts.
  replaceable: false,
  address: 'properties.vaultUri',
  deletion: {
    how: 'request',
    softDeleted: SOFT_DELETION,
    // Its name is taken in all of Azure (https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview).
    afterlife: (live) => ({
      days: Number(jsonAt(live, 'properties.softDeleteRetentionInDays') ?? RETENTION_IN_DAYS),
      holdsName: true,
      isProtected: jsonAt(live, 'properties.enablePurgeProtection') === true,
    }),
  },
  cost: vaultCost,
  portalPage: ownPage,
};

export function keyVault(input: DesireInput): DesiredResource<typeof KEY_VAULT> {
  const { name, networkRules = {} } = input.config.keyVault;
  const { bypass = 'AzureServices', defaultAction = 'Allow', ipRules } = networkRules;
  return {
    kind: KEY_VAULT,
    key: 'key-vault',
    title: `key vault ${name}`,
    id: resourceId(input, KEY_VAULT.type, name),
    body: {
      location: input.config.locations.keyVault,
      tags: resourceTags(input),
      properties: {
        tenantId: input.outputs.read('tenantId'),
        sku: { family: 'A', name: 'standard' },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        enablePurgeProtection: true,
        softDeleteRetentionInDays: RETENTION_IN_DAYS,
        publicNetworkAccess: 'Enabled',
        networkAcls: { bypass, defaultAction, ...(ipRules && { ipRules: ipRules.map((value) => ({ value })) }) },
      },
    },
  };
}

/** https://azure.microsoft.com/pricing/details/key-vault/: what is done with secrets, and not that they are kept. */
function vaultCost({ body, assumptions }: CostInput): readonly MeterUse[] {
  const sku = /^premium$/i.test(scalarText(jsonAt(body, 'properties.sku.name'))) ? 'Premium' : 'Standard';
  const meter = { service: 'Key Vault', product: 'Key Vault', sku, name: 'Operations', unit: '10K' };
  return [use('use', 'operations', meter, perUnits(assumptions.vaultOperations, 10_000))];
}
