metadata description = 'Create resource group and identity'

@description('Name of the identity')
param identityName string

@description('Region of everything that has none of its own')
param location string

@description('Tags of everything that takes tags')
param tags object

// identity
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: identityName
  location: location
  tags: tags
}

output identityPrincipalId string = identity.properties.principalId

output identityId string = identity.id

output identityClientId string = identity.properties.clientId
