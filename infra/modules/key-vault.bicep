metadata description = 'Create key vault'

@description('Name of the key vault')
param keyVaultName string

@description('Region of everything that has none of its own')
param location string

@description('Tags of everything that takes tags')
param tags object

@description('Names of role assignments that are there already; those of all others are derived')
param roleAssignmentNames object

@description('principalId of the identity')
param identityPrincipalId string

@description('Object id of who deploys: may write secrets and have images built')
param deployerPrincipalId string

@description('What the deployer is: User or ServicePrincipal')
param deployerPrincipalType string

// key vault
resource keyVault 'Microsoft.KeyVault/vaults@2026-05-15' = {
  name: keyVaultName
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 90
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: 'Allow'
    }
  }
}

// role Key Vault Secrets User on key vault for the applications' identity
resource roleSecretsUser 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: keyVault
  name: roleAssignmentNames[?'role:secrets-user'] ?? guid(keyVault.id, subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6'), identityPrincipalId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// role Key Vault Secrets Officer on key vault for the deployer
resource roleSecretsOfficer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: keyVault
  name: roleAssignmentNames[?'role:secrets-officer'] ?? guid(keyVault.id, subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'), deployerPrincipalId, deployerPrincipalType)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7')
    principalId: deployerPrincipalId
    principalType: deployerPrincipalType
  }
}
