metadata description = 'Create databases'

targetScope = 'subscription'

@description('Names of role assignments that are there already; those of all others are derived')
param roleAssignmentNames object

@description('principalId of the identity')
param identityPrincipalId string

// Microsoft.Authorization/roleAssignments 7bc55017-30d5-59ce-8106-7f4ba77453eb
resource mayDeploy 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: roleAssignmentNames[?'resource:may-deploy'] ?? guid('/subscriptions/${subscription().subscriptionId}', subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c'), identityPrincipalId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c')
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// Microsoft.Authorization/roleAssignments 23552176-d2b6-5e7f-afe3-6a8bd3afb167
resource mayGrant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: roleAssignmentNames[?'resource:may-grant'] ?? guid('/subscriptions/${subscription().subscriptionId}', subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'f58310d9-a9f6-439a-9e8d-f62e7b41a168'), identityPrincipalId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'f58310d9-a9f6-439a-9e8d-f62e7b41a168')
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    condition: '((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/write\'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {4633458b-17de-408a-b874-0445c86b69e6, 7f951dda-4ed3-4680-a7ca-43fe172d538d, 8311e382-0749-4cb8-b61a-304f252e45ec, b86a8fe4-44ce-4948-aee5-eccb2c155cd7, ba92f5b4-2d11-453d-a403-e96b0029c9fe, fb382eab-e894-4461-af04-94435c366c3f})) AND ((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/delete\'})) OR (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {4633458b-17de-408a-b874-0445c86b69e6, 7f951dda-4ed3-4680-a7ca-43fe172d538d, 8311e382-0749-4cb8-b61a-304f252e45ec, b86a8fe4-44ce-4948-aee5-eccb2c155cd7, ba92f5b4-2d11-453d-a403-e96b0029c9fe, fb382eab-e894-4461-af04-94435c366c3f}))'
    conditionVersion: '2.0'
  }
}
