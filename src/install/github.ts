import type { InstallOptions } from './options.ts';
import { NO_DATA, type Resources } from './resource.ts';
import { grant } from './roles.ts';

/** Of GitHub: the one that the printed workflow names. */
export const GITHUB_ENVIRONMENT = 'production';

const IDENTITY_VERSION = '2024-11-30';

/**
 * An identity for the pipelines of a repository, which holds no secret. It reads the app's key in the vault, and nothing else.
 * https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-azure,
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust-user-assigned-managed-identity
 */
export function pipelineIdentity(options: InstallOptions, subject: string): Resources {
  return {
    pipeline: {
      type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
      api_version: IDENTITY_VERSION,
      name: `${options.name}-ci`,
      ...NO_DATA,
      outputs: { principal_id: 'properties.principalId', client_id: 'properties.clientId' },
    },
    github: {
      type: 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials',
      api_version: IDENTITY_VERSION,
      parent: 'pipeline',
      name: 'github',
      ...NO_DATA,
      body: {
        properties: {
          issuer: 'https://token.actions.githubusercontent.com',
          subject,
          audiences: ['api://AzureADTokenExchange'],
        },
      },
    },
    'may-read-key': {
      // Of one secret: https://learn.microsoft.com/azure/key-vault/general/rbac-guide#using-azure-rbac-secret-key-and-certificate-permissions-with-key-vault
      ...grant(options, {
        role: 'Key Vault Secrets User',
        scope: '${{key_vault.id}}/secrets/CI-KEY',
        principalId: '${{resources.pipeline.outputs.principal_id}}',
      }),
    },
  };
}
