import { mayDo } from '../../arm/authorization.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import { liveSecret, secretVersion } from '../../key-vault/secret-store.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { World } from '../../world.ts';
import type { VaultReference } from '../definition/parameters.ts';
import { RefusedError } from './refused.ts';

const DEPLOY = 'Microsoft.KeyVault/vaults/deploy/action';

/**
 * A secret that a parameter names. Who deploys needs the right to deploy from the vault, the vault must be open to deployments of
 * templates, and then neither its firewall nor roles on secrets count
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/key-vault-parameter; words:
 * https://github.com/Azure/azure-powershell/issues/2939, https://github.com/Azure/azure-powershell/issues/5324).
 *
 * @throws RefusedError
 */
export function vaultSecret(world: World, principal: string, reference: VaultReference, parameter: string): string {
  const { vaultId, secretName } = reference;
  const vault = world.resource(vaultId);
  if (!vault) {
    throw new RefusedError(
      refuse(
        404,
        'KeyVaultParameterReferenceNotFound',
        `The specified KeyVault '${vaultId}' could not be found. Please see https://aka.ms/arm-keyvault for usage details.`,
      ),
    );
  }
  if (!mayDo(world, principal, vaultId, DEPLOY)) {
    throw new RefusedError(
      refuse(
        403,
        'KeyVaultParameterReferenceAuthorizationFailed',
        `The client '${principal}' with object id '${principal}' does not have permission to perform action '${DEPLOY.toUpperCase()}' on the specified KeyVault resource '${vaultId}'. Please see https://aka.ms/arm-keyvault for usage details.`,
      ),
    );
  }
  if (propertiesOf(vault.body).enabledForTemplateDeployment !== true) {
    throw new RefusedError(unread(parameter, 'Forbidden', 'Access denied to first party service'));
  }
  const secret = liveSecret(world.state.secrets[vaultId.toLowerCase()] ?? {}, secretName);
  const version = secret && secretVersion(secret, reference.secretVersion);
  if (!version)
    throw new RefusedError(
      unread(parameter, 'NotFound', `A secret with (name/id) ${secretName} was not found in this key vault.`),
    );
  return version.value;
}

function unread(parameter: string, status: string, message: string): Refusal {
  return refuse(
    400,
    'KeyVaultParameterReferenceSecretRetrieveFailed',
    `The secret of KeyVault parameter '${parameter}' cannot be retrieved. Http status code: '${status}'. Error message: '${message}'. Please see https://aka.ms/arm-keyvault for usage details.`,
  );
}
