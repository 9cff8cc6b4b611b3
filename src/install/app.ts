import { type InstallOptions, installedNames, usesScheduler } from './options.ts';
import { NO_DATA, type Resource, type Resources, type Settings } from './resource.ts';
import { SCHEDULER_SETTINGS } from './scheduler.ts';
import { PACKAGE_CONTAINER } from './storage.ts';

const WEB_VERSION = '2025-03-01';
/** In the source tree of an installation. */
export const PACKAGE = 'draftgenie-deploy-functions.zip';

const INSTANCE_MEMORY_IN_MB = 2048;
const MOST_INSTANCES = 40;

/**
 * A Flex Consumption plan with its one app on Node 22, which runs from the archive that One Deploy leaves in the container.
 * https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to,
 * https://learn.microsoft.com/azure/azure-functions/functions-infrastructure-as-code?pivots=flex-consumption-plan
 */
export function appResources(options: InstallOptions, settings: Settings): Resources {
  return {
    plan: {
      type: 'Microsoft.Web/serverfarms',
      api_version: WEB_VERSION,
      name: `${options.name}-plan`,
      ...NO_DATA,
      body: {
        kind: 'functionapp',
        sku: { name: 'FC1', tier: 'FlexConsumption' },
        properties: { reserved: true },
      },
    },
    app: site(options),
    settings: {
      ...ofApp('appsettings'),
      // Whoever may read them reads them by a POST: https://learn.microsoft.com/rest/api/appservice/web-apps/list-application-settings
      read: 'list',
      body: { properties: settings },
    },
    // Somebody else's rule, or the one that Azure answers where there is none, would let everybody in.
    web: {
      ...ofApp('web'),
      ...(options.allow.length > 0 && { whole: ['properties.ipSecurityRestrictions'] }),
      body: { properties: siteConfig(options) },
    },
    // https://learn.microsoft.com/azure/app-service/configure-basic-auth-disable
    'no-passwords': publishingPolicy('scm'),
    'no-ftp': publishingPolicy('ftp'),
  };
}

function site(options: InstallOptions): Resource {
  const { name, uploads, github } = options;
  const keys = {
    ...(uploads && {
      blobs: { action: LIST_KEYS, path: 'systemKeys.blobs_extension', encode: 'url' as const, watched: true },
    }),
    ...(github && { ci: CI_KEY }),
  };
  return {
    type: 'Microsoft.Web/sites',
    api_version: WEB_VERSION,
    name,
    ...NO_DATA,
    depends_on: [
      ...['packages', 'states', 'configurations', 'may-write-blobs', 'may-write-queues'],
      usesScheduler(options) ? 'may-use-task-hub' : 'may-write-tables',
    ],
    package: PACKAGE,
    body: {
      kind: 'functionapp,linux',
      identity: { type: 'UserAssigned', userAssignedIdentities: { '${{identity.id}}': {} } },
      properties: {
        serverFarmId: '${{resources.plan.id}}',
        httpsOnly: true,
        clientAffinityEnabled: false,
        keyVaultReferenceIdentity: '${{identity.id}}',
        functionAppConfig: {
          deployment: {
            storage: {
              type: 'blobContainer',
              value: `\${{resources.storage.outputs.blob}}${PACKAGE_CONTAINER}`,
              authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: '${{identity.id}}' },
            },
          },
          scaleAndConcurrency: { maximumInstanceCount: MOST_INSTANCES, instanceMemoryMB: INSTANCE_MEMORY_IN_MB },
          runtime: { name: 'node', version: '22' },
        },
      },
    },
    outputs: { host: 'properties.defaultHostName' },
    ...(Object.keys(keys).length > 0 && { secrets: keys }),
  };
}

/** Below the app: https://learn.microsoft.com/rest/api/appservice/web-apps/list-host-keys */
const LIST_KEYS = 'host/default/listKeys';

/**
 * A key of the workflows' own, which the host makes up: nobody else's goes with it when it is made anew.
 * https://learn.microsoft.com/rest/api/appservice/web-apps/create-or-update-host-secret
 */
const CI_KEY = {
  action: LIST_KEYS,
  path: 'functionKeys.ci',
  watched: true,
  make: { put: 'host/default/functionKeys/ci', body: { properties: { name: 'ci' } } },
};

export function ofApp(name: string): Omit<Resource, 'body'> {
  return { type: 'Microsoft.Web/sites/config', api_version: WEB_VERSION, parent: 'app', name, ...NO_DATA };
}

function publishingPolicy(name: string): Resource {
  return {
    type: 'Microsoft.Web/sites/basicPublishingCredentialsPolicies',
    api_version: WEB_VERSION,
    parent: 'app',
    name,
    ...NO_DATA,
    body: { properties: { allow: false } },
  };
}

/**
 * A webhook of Event Grid comes from outside, from addresses that a service tag stands for:
 * https://learn.microsoft.com/azure/app-service/app-service-ip-restrictions#set-a-service-tag-based-rule,
 * https://learn.microsoft.com/azure/event-grid/network-security#service-tags
 */
function siteConfig({ allow, uploads }: InstallOptions) {
  const known = allow.map((ipAddress, index) => ({
    name: `allowed-${index + 1}`,
    action: 'Allow',
    tag: 'Default',
    priority: 100 + index,
    ipAddress,
  }));
  const events = {
    name: 'event-grid',
    action: 'Allow',
    tag: 'ServiceTag',
    priority: 100 + allow.length,
    ipAddress: 'AzureEventGrid',
  };
  return {
    minTlsVersion: '1.2',
    http20Enabled: true,
    ...(allow.length > 0 && {
      ipSecurityRestrictionsDefaultAction: 'Deny',
      ipSecurityRestrictions: [...known, ...(uploads ? [events] : [])],
    }),
  };
}

/**
 * The host and the triggers open the storage with the app's identity, and so does the product:
 * https://learn.microsoft.com/azure/azure-functions/functions-reference#configure-an-identity-based-connection. A Flex Consumption plan
 * looks for no uploads by itself: https://learn.microsoft.com/azure/azure-functions/functions-event-grid-blob-trigger
 */
export function appSettings(options: InstallOptions): Settings {
  const { secrets, entraApp } = options;
  return {
    ...byIdentity('AzureWebJobsStorage', ['blob', 'queue', ...(usesScheduler(options) ? [] : ['table'])]),
    ...(usesScheduler(options) && SCHEDULER_SETTINGS),
    ...byIdentity('DEPLOYMENT_STORAGE', ['blob', 'queue']),
    // https://learn.microsoft.com/javascript/api/overview/azure/identity-readme#environment-variables
    AZURE_CLIENT_ID: CLIENT_ID,
    APPLICATIONINSIGHTS_CONNECTION_STRING: '${{resources.insights.outputs.connection}}',
    // https://learn.microsoft.com/azure/azure-functions/functions-app-settings#applicationinsights_authentication_string
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${CLIENT_ID};Authorization=AAD`,
    DRAFTGENIE_BLOB_SOURCE: 'EventGrid',
    ...(entraApp !== undefined && { DRAFTGENIE_REQUIRE_ROLES: 'true' }),
    ...Object.fromEntries(
      Object.entries(secrets).map(([name, secret]) => [`DRAFTGENIE_SECRET_${name}`, vaultReference(options, secret)]),
    ),
  };
}

const CLIENT_ID = '${{identity.client_id}}';

function byIdentity(connection: string, services: readonly string[]): Settings {
  return {
    ...Object.fromEntries(
      services.map((service) => [`${connection}__${service}ServiceUri`, `\${{resources.storage.outputs.${service}}}`]),
    ),
    [`${connection}__credential`]: 'managedidentity',
    [`${connection}__clientId`]: CLIENT_ID,
  };
}

/** https://learn.microsoft.com/azure/app-service/app-service-key-vault-references#source-app-settings-from-key-vault */
function vaultReference(options: InstallOptions, secret: string): string {
  return `@Microsoft.KeyVault(VaultName=${installedNames(options).vault};SecretName=${secret})`;
}
