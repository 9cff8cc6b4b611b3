import { ofApp } from './app.ts';
import type { InstallOptions } from './options.ts';
import type { Resources } from './resource.ts';

/**
 * Where it is asked whether something is under way before its backend changes: Resource Manager's token is none of the app's. A key
 * stands before it, too.
 */
const DURABLE_WEBHOOKS = '/runtime/webhooks/durabletask/instances';

/**
 * The app's built-in authentication, by tokens of an app registration that is there. Event Grid comes with a key of its own.
 * https://learn.microsoft.com/azure/app-service/configure-authentication-file-based#configuration-file-reference
 */
export function signIn(clientId: string, { backend }: Pick<InstallOptions, 'backend'>): Resources {
  return {
    'sign-in': {
      ...ofApp('authsettingsV2'),
      body: {
        properties: {
          platform: { enabled: true },
          globalValidation: {
            requireAuthentication: true,
            unauthenticatedClientAction: 'Return401',
            excludedPaths: ['/runtime/webhooks/blobs', ...(backend === undefined ? [] : [DURABLE_WEBHOOKS])],
          },
          identityProviders: {
            azureActiveDirectory: {
              enabled: true,
              registration: {
                clientId,
                openIdIssuer: 'https://login.microsoftonline.com/${{azure.tenant_id}}/v2.0',
              },
              validation: { allowedAudiences: [clientId, `api://${clientId}`] },
            },
          },
          login: { tokenStore: { enabled: false } },
        },
      },
    },
  };
}
