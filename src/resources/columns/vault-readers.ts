import { isJsonObject, type Json, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import type { Dependents } from '../kind.ts';

/** As of role-assignment.ts, whose grants are on vaults. */
const GRANTS = { type: 'Microsoft.Authorization/roleAssignments', apiVersion: '2022-04-01' };

const ADMINISTRATOR = '00482a5a-887f-4fb3-b363-3b7fe8e74483';
const SECRETS_OFFICER = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';
const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6';
/** Crypto Officer, Crypto User, Crypto Service Encryption User. */
const CRYPTO = [
  '14b46e9e-c2b7-41b4-b07b-48a6ebf60603',
  '12338af0-0e69-4776-bea7-57ae8d297424',
  'e147488a-f6f5-4113-8e2d-b22465e65bf6',
];
/** Certificates Officer, Certificate User. */
const CERTIFICATES = ['a4417e6f-fecd-4de8-b567-7b0420556985', 'db79e9a7-68ee-4b58-9aeb-b90e7c24fcba'];
const READING = ['get', 'list'];

/**
 * Whom an access policy lets in, and no role: once the vault goes by roles, its policies count no more
 * (https://learn.microsoft.com/azure/key-vault/general/rbac-migration, which also maps the ones to the others).
 */
export const READERS_BY_POLICY: Dependents = {
  // At the vault, and above it (https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-scope).
  questions: ({ id }) => [[{ method: 'LIST', path: `${id}/providers/${GRANTS.type}`, apiVersion: GRANTS.apiVersion }]],
  cutOff: (found, { live, own }) =>
    members(jsonAt(live, 'properties.accessPolicies'))
      .filter((policy) => !own.has(scalarText(policy.objectId).toLowerCase()) && !isReplaced(policy, found))
      .map(({ objectId }) => scalarText(objectId)),
  by: 'access policies',
  remedy: 'grant them roles on it that allow as much, e.g. Key Vault Secrets User, or take their policies away',
  otherwise: 'refuse',
};

/** Whether roles allow all that the policy does. */
function isReplaced({ objectId, permissions }: JsonObject, grants: readonly JsonObject[]): boolean {
  const roles = grants
    .filter(
      (grant) =>
        scalarText(jsonAt(grant, 'properties.principalId')).toLowerCase() === scalarText(objectId).toLowerCase(),
    )
    .map((grant) => scalarText(jsonAt(grant, 'properties.roleDefinitionId')).split('/').at(-1) ?? '');
  return rolesInPlaceOf(permissions ?? null).every((enough) => enough.some((role) => roles.includes(role)));
}

/** One of each is needed. */
function rolesInPlaceOf(permissions: Json): readonly (readonly string[])[] {
  const given = (kind: string): readonly string[] => {
    const list = isJsonObject(permissions) ? permissions[kind] : undefined;
    return Array.isArray(list) ? list.map((one) => scalarText(one).toLowerCase()) : [];
  };
  const isReading = given('secrets').every((one) => READING.includes(one));
  const secrets = isReading ? [SECRETS_USER, SECRETS_OFFICER] : [SECRETS_OFFICER];
  return [
    ...(given('secrets').length > 0 ? [[...secrets, ADMINISTRATOR]] : []),
    ...(given('keys').length > 0 ? [[...CRYPTO, ADMINISTRATOR]] : []),
    ...(given('certificates').length > 0 ? [[...CERTIFICATES, ADMINISTRATOR]] : []),
  ];
}

function members(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
