import { Role } from './container-apps/cloud.ts';

/** A role that every tenant has. */
interface BuiltInRole {
  readonly guid: string;
  readonly name: string;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly dataActions?: readonly string[];
}

const READ_ACCESS = ['Microsoft.Authorization/*/read', 'Microsoft.Resources/subscriptions/resourceGroups/read'];

/**
 * Those that have to do with the simulated types, with what they chiefly allow; Azure has some hundreds more.
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export const BUILT_IN_ROLES: readonly BuiltInRole[] = [
  { guid: Role.owner, name: 'Owner', actions: ['*'] },
  {
    guid: Role.contributor,
    name: 'Contributor',
    actions: ['*'],
    notActions: [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
    ],
  },
  { guid: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', name: 'Reader', actions: ['*/read'] },
  {
    guid: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
    name: 'User Access Administrator',
    actions: ['*/read', 'Microsoft.Authorization/*'],
  },
  {
    guid: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
    name: 'Role Based Access Control Administrator',
    actions: [
      'Microsoft.Authorization/roleAssignments/write',
      'Microsoft.Authorization/roleAssignments/delete',
      '*/read',
    ],
  },
  { guid: Role.acrPull, name: 'AcrPull', actions: ['Microsoft.ContainerRegistry/registries/pull/read'] },
  {
    guid: Role.acrPush,
    name: 'AcrPush',
    actions: ['Microsoft.ContainerRegistry/registries/pull/read', 'Microsoft.ContainerRegistry/registries/push/write'],
  },
  { guid: Role.acrDelete, name: 'AcrDelete', actions: ['Microsoft.ContainerRegistry/registries/artifacts/delete'] },
  {
    guid: Role.registryTasksContributor,
    name: 'Container Registry Tasks Contributor',
    actions: ['Microsoft.ContainerRegistry/registries/scheduleRun/action', ...READ_ACCESS],
  },
  {
    guid: Role.registryRepositoryReader,
    name: 'Container Registry Repository Reader',
    dataActions: ['Microsoft.ContainerRegistry/registries/repositories/content/read'],
  },
  {
    guid: Role.registryRepositoryWriter,
    name: 'Container Registry Repository Writer',
    dataActions: [
      'Microsoft.ContainerRegistry/registries/repositories/content/read',
      'Microsoft.ContainerRegistry/registries/repositories/content/write',
    ],
  },
  {
    guid: Role.keyVaultAdministrator,
    name: 'Key Vault Administrator',
    actions: READ_ACCESS,
    dataActions: ['Microsoft.KeyVault/vaults/*'],
  },
  {
    guid: Role.keyVaultSecretsOfficer,
    name: 'Key Vault Secrets Officer',
    actions: READ_ACCESS,
    dataActions: ['Microsoft.KeyVault/vaults/secrets/*'],
  },
  {
    guid: Role.keyVaultSecretsUser,
    name: 'Key Vault Secrets User',
    dataActions: [
      'Microsoft.KeyVault/vaults/secrets/getSecret/action',
      'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
    ],
  },
  {
    guid: '358470bc-b998-42bd-ab17-a7e34c199c0f',
    name: 'Container Apps Contributor',
    actions: ['Microsoft.App/containerApps/*', ...READ_ACCESS],
  },
  {
    guid: '4e3d2b60-56ae-4dc6-a233-09c8e5a82e68',
    name: 'Container Apps Jobs Contributor',
    actions: ['Microsoft.App/jobs/*', ...READ_ACCESS],
  },
  {
    guid: '57cc5028-e6a7-4284-868d-0611c5923f8d',
    name: 'Container Apps ManagedEnvironments Contributor',
    actions: ['Microsoft.App/managedEnvironments/*', ...READ_ACCESS],
  },
  {
    guid: 'f1a07417-d97a-45cb-824c-7a7467783830',
    name: 'Managed Identity Operator',
    actions: [
      'Microsoft.ManagedIdentity/userAssignedIdentities/*/read',
      'Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action',
    ],
  },
  {
    guid: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    name: 'Storage Blob Data Contributor',
    dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*'],
  },
];
