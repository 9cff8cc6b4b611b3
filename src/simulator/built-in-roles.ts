import { Role } from './container-apps/cloud.ts';

/** A role that every tenant has. */
interface BuiltInRole {
  readonly guid: string;
  readonly name: string;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly dataActions?: readonly string[];
}

const CONTAINERS = 'Microsoft.Storage/storageAccounts/blobServices/containers';

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
    actions: ['delete', 'read', 'write'].map((verb) => `${CONTAINERS}/${verb}`),
    dataActions: ['delete', 'read', 'write', 'move/action', 'add/action'].map((verb) => `${CONTAINERS}/blobs/${verb}`),
  },
  {
    guid: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    name: 'Storage Blob Data Owner',
    actions: [`${CONTAINERS}/*`],
    dataActions: [`${CONTAINERS}/blobs/*`],
  },
  {
    guid: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
    name: 'Storage Blob Data Reader',
    actions: [`${CONTAINERS}/read`],
    dataActions: [`${CONTAINERS}/blobs/read`],
  },
  {
    guid: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    name: 'Storage Table Data Contributor',
    actions: ['read', 'write', 'delete'].map(
      (verb) => `Microsoft.Storage/storageAccounts/tableServices/tables/${verb}`,
    ),
    dataActions: ['read', 'write', 'delete', 'add/action', 'update/action'].map(
      (verb) => `Microsoft.Storage/storageAccounts/tableServices/tables/entities/${verb}`,
    ),
  },
  {
    guid: 'de139f84-1756-47ae-9be6-808fbbe84772',
    name: 'Website Contributor',
    actions: [
      'Microsoft.Web/sites/*',
      'Microsoft.Web/serverFarms/join/action',
      'Microsoft.Web/serverFarms/read',
      ...READ_ACCESS,
    ],
  },
  {
    guid: '3913510d-42f4-4e42-8a64-420c390055eb',
    name: 'Monitoring Metrics Publisher',
    dataActions: ['Microsoft.Insights/Metrics/Write', 'Microsoft.Insights/Telemetry/Write'],
  },
  {
    guid: '73c42c96-874c-492b-b04d-ab87d138a893',
    name: 'Log Analytics Reader',
    actions: [
      '*/read',
      'Microsoft.OperationalInsights/workspaces/analytics/query/action',
      'Microsoft.OperationalInsights/workspaces/search/action',
    ],
    notActions: ['Microsoft.OperationalInsights/workspaces/sharedKeys/read'],
  },
  {
    guid: '1e241071-0855-49ea-94dc-649edcd759de',
    name: 'EventGrid Contributor',
    actions: ['Microsoft.EventGrid/*', ...READ_ACCESS],
  },
  {
    guid: 'e40ec5ca-96e0-45a2-b4ff-59039f2c2b59',
    name: 'Managed Identity Contributor',
    actions: ['read', 'write', 'delete'].map((verb) => `Microsoft.ManagedIdentity/userAssignedIdentities/${verb}`),
  },
  {
    guid: '0ad04412-c4d5-4796-b79c-f76d14c8d402',
    name: 'Durable Task Data Contributor',
    dataActions: ['Microsoft.DurableTask/schedulers/*'],
  },
  {
    guid: '17d1049b-9a84-46fb-8f53-869881c3d3ab',
    name: 'Storage Account Contributor',
    actions: ['Microsoft.Storage/storageAccounts/*', ...READ_ACCESS],
  },
  {
    guid: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
    name: 'Storage Queue Data Contributor',
    actions: ['delete', 'read', 'write'].map(
      (verb) => `Microsoft.Storage/storageAccounts/queueServices/queues/${verb}`,
    ),
    dataActions: ['delete', 'read', 'write', 'process/action'].map(
      (verb) => `Microsoft.Storage/storageAccounts/queueServices/queues/messages/${verb}`,
    ),
  },
  {
    guid: '0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb',
    name: 'Storage File Data SMB Share Contributor',
    dataActions: ['Microsoft.Storage/storageAccounts/fileServices/fileshares/files/*'],
  },
  {
    guid: '090c5cfd-751d-490a-894a-3ce6f1109419',
    name: 'Azure Service Bus Data Owner',
    actions: ['Microsoft.ServiceBus/*'],
    dataActions: ['Microsoft.ServiceBus/*'],
  },
  {
    guid: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39',
    name: 'Azure Service Bus Data Sender',
    actions: ['Microsoft.ServiceBus/*/queues/read', 'Microsoft.ServiceBus/*/topics/read'],
    dataActions: ['Microsoft.ServiceBus/*/send/action'],
  },
  {
    guid: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
    name: 'Azure Service Bus Data Receiver',
    actions: ['Microsoft.ServiceBus/*/queues/read', 'Microsoft.ServiceBus/*/topics/read'],
    dataActions: ['Microsoft.ServiceBus/*/receive/action'],
  },
  {
    guid: '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd',
    name: 'Cognitive Services OpenAI User',
    actions: ['Microsoft.CognitiveServices/*/read', ...READ_ACCESS],
    dataActions: ['Microsoft.CognitiveServices/accounts/OpenAI/*'],
  },
  {
    guid: '4d97b98b-1d4f-4787-a291-c67834d212e7',
    name: 'Network Contributor',
    actions: ['Microsoft.Network/*', ...READ_ACCESS],
  },
];
