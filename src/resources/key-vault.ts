import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { resourceTags } from '../domain/tags.ts';
import { deployerGrantee, identityGrantee, roleAssignment } from './role-assignment.ts';

const VAULTS = 'Microsoft.KeyVault/vaults';
export const KEY_VAULT_API_VERSION = '2026-02-01';

export function keyVault(input: DesireInput): DesiredResource {
  const { name } = input.config.keyVault;
  return {
    key: 'key-vault',
    title: `key vault ${name}`,
    id: resourceId(input, VAULTS, name),
    type: VAULTS,
    apiVersion: KEY_VAULT_API_VERSION,
    body: {
      location: input.config.locations.keyVault,
      tags: resourceTags(input),
      properties: {
        tenantId: input.outputs.read('tenantId'),
        sku: { family: 'A', name: 'standard' },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        enablePurgeProtection: true,
        softDeleteRetentionInDays: 90,
        publicNetworkAccess: 'Enabled',
        networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow' },
      },
    },
    ownership: 'tagged',
    holdsData: true,
    immutable: ['location', 'properties.tenantId'],
    createOnly: ['properties.softDeleteRetentionInDays'],
    update: 'patch',
    timeoutInSeconds: 600,
    // Its name stays taken by the deleted vault for as long as purge protection lasts.
    replaceable: false,
  };
}

export function vaultGrants(input: DesireInput): readonly DesiredResource[] {
  const vault = keyVault(input);
  const scope = { scope: vault.id, scopeTitle: vault.title } as const;
  return [
    roleAssignment(input, {
      ...scope,
      key: 'role:secrets-user',
      role: 'Key Vault Secrets User',
      to: identityGrantee(input),
    }),
    roleAssignment(input, {
      ...scope,
      key: 'role:secrets-officer',
      role: 'Key Vault Secrets Officer',
      to: deployerGrantee(input),
    }),
  ];
}
