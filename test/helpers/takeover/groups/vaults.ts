import { isJsonObject, type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { DEPLOYER, type Group, type GroupResource, secretVersion } from '../group.ts';
import {
  APP,
  added,
  below,
  changed,
  GRANT,
  IDENTITY,
  inGroup,
  one,
  VAULT,
  type Variation,
  withConfiguration,
} from './vary.ts';

const OTHERS_PRINCIPAL = '11111111-2222-4333-8444-555555555555';

/** An identity of other people, by which one of the apps reads a secret of the vault. */
export const OTHERS_IDENTITY: Variation = (group) => {
  const withIdentity = added((now) => [
    inGroup(now, IDENTITY, 'notes-reader', {
      properties: { principalId: OTHERS_PRINCIPAL, clientId: OTHERS_PRINCIPAL, tenantId: tenantOf(now) },
    }),
  ])(group);
  const identity = one(withIdentity, IDENTITY).id;
  const vaultUri = String(jsonAt(one(group, VAULT).body, 'properties.vaultUri'));
  return changed(
    APP,
    (body) => ({
      ...withConfiguration((configuration) => ({
        secrets: [
          ...(Array.isArray(configuration.secrets) ? configuration.secrets : []),
          {
            name: 'gemini',
            keyVaultUrl: `${vaultUri}secrets/GEMINI-API-KEY/${secretVersion('GEMINI-API-KEY')}`,
            identity,
          },
        ],
      }))(body),
      identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } },
    }),
    'rag-service',
  )(withIdentity);
};

function tenantOf(group: Group): string {
  return String(jsonAt(one(group, VAULT).body, 'properties.tenantId'));
}

function policy(tenantId: string, objectId: string, secrets: readonly string[]): JsonObject {
  return { tenantId, objectId, permissions: { secrets: [...secrets], keys: [], certificates: [] } };
}

export const SHARED_VAULT: Variation = (group) =>
  changed(VAULT, {
    properties: {
      enablePurgeProtection: true,
      accessPolicies: [
        policy(tenantOf(group), DEPLOYER, ['all']),
        policy(tenantOf(group), OTHERS_PRINCIPAL, ['Get', 'List']),
      ],
    },
  })(group);

export const OTHER_CASE: Variation = (group) => ({
  ...group,
  secrets: Object.fromEntries(
    Object.entries(group.secrets).map(([vault, secrets]) => [
      vault,
      {
        ...Object.fromEntries(
          Object.entries(secrets).map(([name, value]) => [name === 'JWT-SECRET' ? 'jwt-secret' : name, value]),
        ),
        'stripe-key': 'sk-live-333',
      },
    ]),
  ),
});

/** A role on the vault, given by hand. */
function granted(group: Group, name: string, role: string, principalId: string): GroupResource {
  const vault = one(group, VAULT);
  const subscription = vault.id.split('/').slice(0, 3).join('/');
  const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  return below(vault, GRANT, name, {
    roleDefinitionId,
    principalId,
    principalType: 'ServicePrincipal',
    scope: vault.id,
  });
}

/** What their owners did when a plan refused to cut the others off: Key Vault Secrets User. */
export const OTHERS_GRANTED = added((group) => [
  granted(group, '5d0f0a3e-7c1b-4c5e-8a56-1f1c6a0c9b11', '4633458b-17de-408a-b874-0445c86b69e6', OTHERS_PRINCIPAL),
]);

export const RBAC_VAULT: Variation = (group) => {
  return added(() => [
    granted(group, '9f6fe9a2-53a1-4a37-9d9e-2f3a3a3b3c3d', 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7', DEPLOYER),
  ])(
    changed(VAULT, (body) => ({
      ...body,
      properties: {
        ...(isJsonObject(body.properties) ? body.properties : {}),
        enableRbacAuthorization: true,
        accessPolicies: [],
      },
    }))(group),
  );
};
