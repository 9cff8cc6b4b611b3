metadata description = 'Create databases'

@description('Name of the Microsoft.Storage/storageAccounts')
param storageName string

@description('Region of everything that has none of its own')
param location string

@description('Size of the Microsoft.Storage/storageAccounts')
param storageSku object

@description('Tags of everything that takes tags')
param tags object

@description('Name of the Microsoft.OperationalInsights/workspaces')
param logsName string

@description('Name of the Microsoft.Insights/components')
param insightsName string

@description('Names of role assignments that are there already; those of all others are derived')
param roleAssignmentNames object

@description('principalId of the identity')
param identityPrincipalId string

@description('Name of the Microsoft.Web/serverfarms')
param planName string

@description('Size of the Microsoft.Web/serverfarms')
param planSku object

@description('Name of the Microsoft.Web/sites')
param appName string

@description('id of the identity')
param identityId string

@description('clientId of the identity')
param identityClientId string

// Microsoft.Storage/storageAccounts
resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: storageName
  location: location
  kind: 'StorageV2'
  sku: storageSku
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
  tags: tags
}

// Microsoft.Storage/storageAccounts/blobServices default
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: storage
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: {
      enabled: true
      days: 14
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 14
    }
  }
}

// Microsoft.Storage/storageAccounts/blobServices/containers app-package
resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'app-package'
  properties: {
    publicAccess: 'None'
  }
}

// Microsoft.Storage/storageAccounts/blobServices/containers deployment-state
resource states 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'deployment-state'
  properties: {
    publicAccess: 'None'
  }
}

// Microsoft.Storage/storageAccounts/blobServices/containers deployment-configs
resource configurations 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'deployment-configs'
  properties: {
    publicAccess: 'None'
  }
}

// Microsoft.Storage/storageAccounts/managementPolicies default
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: storage
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          enabled: true
          name: 'earlier-versions'
          type: 'Lifecycle'
          definition: {
            actions: {
              version: {
                delete: {
                  daysAfterCreationGreaterThan: 90
                }
              }
            }
            filters: {
              blobTypes: [
                'blockBlob'
              ]
            }
          }
        }
      ]
    }
  }
  dependsOn: [
    blobs
  ]
}

// Microsoft.OperationalInsights/workspaces
resource logs 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: logsName
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
  }
  tags: tags
}

// Microsoft.Insights/components
resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    Flow_Type: 'Bluefield'
    Request_Source: 'rest'
    WorkspaceResourceId: logs.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
  tags: tags
}

// Microsoft.Authorization/roleAssignments 5af33fbf-b69e-5137-8eba-d78f9cedd203
resource mayWriteBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storage
  name: roleAssignmentNames[?'resource:may-write-blobs'] ?? guid(storage.id, subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'), identityPrincipalId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b')
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// Microsoft.Authorization/roleAssignments b22baf1f-43e5-5833-8a0c-dbaf18d55206
resource mayWriteQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storage
  name: roleAssignmentNames[?'resource:may-write-queues'] ?? guid(storage.id, subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '974c5e8b-45b9-4653-ba55-5f855dd0fb88'), identityPrincipalId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '974c5e8b-45b9-4653-ba55-5f855dd0fb88')
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// Microsoft.Authorization/roleAssignments f6e7d498-f8cb-53d9-b45e-76446fcc1855
resource mayWriteTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storage
  name: roleAssignmentNames[?'resource:may-write-tables'] ?? guid(storage.id, subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'), identityPrincipalId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3')
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// Microsoft.Authorization/roleAssignments 44aaa182-6c3f-593a-ba7a-8ef7f477caf7
resource mayWriteTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: roleAssignmentNames[?'resource:may-write-telemetry'] ?? guid(insights.id, subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '3913510d-42f4-4e42-8a64-420c390055eb'), identityPrincipalId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '3913510d-42f4-4e42-8a64-420c390055eb')
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// Microsoft.Web/serverfarms
resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  kind: 'functionapp'
  sku: planSku
  properties: {
    reserved: true
  }
  tags: tags
}

// Microsoft.Web/sites
resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: appName
  location: location
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}app-package'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        maximumInstanceCount: 40
        instanceMemoryMB: 2048
      }
      runtime: {
        name: 'node'
        version: '22'
      }
    }
  }
  tags: tags
  dependsOn: [
    packages
    states
    configurations
    mayWriteBlobs
    mayWriteQueues
    mayWriteTables
  ]
}

// Microsoft.Web/sites/config appsettings
resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
    AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
    AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    DEPLOYMENT_STORAGE__blobServiceUri: storage.properties.primaryEndpoints.blob
    DEPLOYMENT_STORAGE__queueServiceUri: storage.properties.primaryEndpoints.queue
    DEPLOYMENT_STORAGE__credential: 'managedidentity'
    DEPLOYMENT_STORAGE__clientId: identityClientId
    AZURE_CLIENT_ID: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    DRAFTGENIE_BLOB_SOURCE: 'EventGrid'
  }
}

// Microsoft.Web/sites/config web
resource web 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'web'
  properties: {
    minTlsVersion: '1.2'
    http20Enabled: true
  }
}

// Microsoft.Web/sites/basicPublishingCredentialsPolicies scm
resource noPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

// Microsoft.Web/sites/basicPublishingCredentialsPolicies ftp
resource noFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}
