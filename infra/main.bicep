metadata description = 'The Functions app that deploys'

targetScope = 'subscription'

@description('Name of the app, and in the names of all that belongs to it')
param name string

@description('Region of everything that has none of its own')
param location string

@description('Tags of everything that takes tags')
param tags object = {
  'managed-by': 'draftgenie-deploy'
  'draftgenie-environment': 'default'
}

@description('Object id of who deploys: may write secrets and have images built')
param deployerPrincipalId string = deployer().objectId

@description('What the deployer is: User or ServicePrincipal')
param deployerPrincipalType string = 'User'

@description('Names of role assignments that are there already; those of all others are derived')
param roleAssignmentNames object = {}

@description('Name of the resource group')
param resourceGroupName string = '${name}-rg'

@description('Name of the identity')
param identityName string = '${name}-identity'

@description('Name of the key vault')
param keyVaultName string = '${name}-kv'

@description('Name of the Microsoft.Storage/storageAccounts')
param storageName string = '${replace(name, '-', '')}st'

@description('Name of the Microsoft.OperationalInsights/workspaces')
param logsName string = '${name}-logs'

@description('Name of the Microsoft.Insights/components')
param insightsName string = '${name}-insights'

@description('Name of the Microsoft.Web/serverfarms')
param planName string = '${name}-plan'

@description('Name of the Microsoft.Web/sites')
param appName string = name

@description('Size of the Microsoft.Storage/storageAccounts')
param storageSku object = {
  name: 'Standard_LRS'
}

@description('Size of the Microsoft.Web/serverfarms')
param planSku object = {
  name: 'FC1'
  tier: 'FlexConsumption'
}

// resource group
resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

@description('Create resource group and identity')
module resourceGroup 'modules/resource-group.bicep' = {
  scope: group
  params: {
    identityName: identityName
    location: location
    tags: tags
  }
}

@description('Create key vault')
module keyVault 'modules/key-vault.bicep' = {
  scope: group
  params: {
    keyVaultName: keyVaultName
    location: location
    tags: tags
    roleAssignmentNames: roleAssignmentNames
    identityPrincipalId: resourceGroup.outputs.identityPrincipalId
    deployerPrincipalId: deployerPrincipalId
    deployerPrincipalType: deployerPrincipalType
  }
}

@description('Create databases')
module databases 'modules/databases.bicep' = {
  scope: group
  params: {
    storageName: storageName
    location: location
    storageSku: storageSku
    tags: tags
    logsName: logsName
    insightsName: insightsName
    roleAssignmentNames: roleAssignmentNames
    identityPrincipalId: resourceGroup.outputs.identityPrincipalId
    planName: planName
    planSku: planSku
    appName: appName
    identityId: resourceGroup.outputs.identityId
    identityClientId: resourceGroup.outputs.identityClientId
  }
}

@description('Create databases')
module databasesOfSubscription 'modules/databases-of-subscription.bicep' = {
  params: {
    roleAssignmentNames: roleAssignmentNames
    identityPrincipalId: resourceGroup.outputs.identityPrincipalId
  }
}
