import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import type { Refusal } from '../refusal.ts';
import { badRequest } from './refusals.ts';

/**
 * Settings that a Flex Consumption plan does not have any more
 * (https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations). One of the list is
 * taken all the same: https://github.com/Azure/azure-functions-host/issues/10714 (FUNCTIONS_EXTENSION_VERSION).
 */
const NO_SETTINGS = [
  ...['ENABLE_ORYX_BUILD', 'FUNCTIONS_WORKER_RUNTIME', 'FUNCTIONS_WORKER_RUNTIME_VERSION'],
  ...[
    'FUNCTIONS_MAX_HTTP_CONCURRENCY',
    'FUNCTIONS_WORKER_PROCESS_COUNT',
    'FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED',
  ],
  ...['SCM_DO_BUILD_DURING_DEPLOYMENT', 'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING', 'WEBSITE_CONTENTOVERVNET'],
  ...['WEBSITE_CONTENTSHARE', 'WEBSITE_DNS_SERVER', 'WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT'],
  ...['WEBSITE_NODE_DEFAULT_VERSION', 'WEBSITE_RUN_FROM_PACKAGE', 'WEBSITE_SKIP_CONTENTSHARE_VALIDATION'],
  'WEBSITE_VNET_ROUTE_ALL',
];

/**
 * The same for members of `siteConfig`: https://github.com/Azure/azure-cli/issues/31414,
 * https://github.com/Azure/azure-functions-host/issues/10643, and the list of the settings above.
 */
const NO_SITE_CONFIG = [
  ...['ftpsState', 'use32BitWorkerProcess', 'preWarmedInstanceCount', 'netFrameworkVersion', 'linuxFxVersion'],
  ...['functionsRuntimeScaleMonitoringEnabled', 'functionAppScaleLimit', 'windowsFxVersion', 'javaVersion'],
  ...['powerShellVersion', 'minimumElasticInstanceCount'],
];

/** The words: https://github.com/microsoft/vscode-azurefunctions/issues/4142 and, of several, https://github.com/Azure/azure-cli/issues/31414. */
export function flexSettingsProblem(names: readonly string[]): Refusal | undefined {
  const wrong = names.filter((name) => NO_SETTINGS.includes(name.toUpperCase()));
  return invalid(
    'app setting',
    wrong.map((name) => `Site.SiteConfig.AppSettings.${name}`),
  );
}

export function flexSiteConfigProblem(siteConfig: JsonObject): Refusal | undefined {
  const wrong = Object.entries(siteConfig)
    .filter(([name, value]) => value !== null && NO_SITE_CONFIG.includes(name))
    .map(([name]) => `Site.SiteConfig.${name.charAt(0).toUpperCase()}${name.slice(1)}`);
  return invalid('site configuration property', wrong);
}

function invalid(what: string, names: readonly string[]): Refusal | undefined {
  if (names.length === 0) return undefined;
  const plural = what.replace(/property$/, 'properties').replace(/setting$/, 'settings');
  return badRequest(
    names.length === 1
      ? `The following ${what} (${names[0]}) for Flex Consumption sites is invalid.  Please remove or rename it before retrying.`
      : `The following list of ${names.length} ${plural} (${names.join(', ')}) for Flex Consumption sites is invalid.  Please remove or rename them before retrying.`,
  );
}

/** https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#instance-sizes */
const MEMORY_IN_MB = [512, 2048, 4096];
/** https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#scale: from 1 on since 2025, 1000 at most. */
const MOST_INSTANCES = 1000;
/** Of node: https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#supported-language-stack-versions */
const RUNTIMES: Readonly<Record<string, readonly string[] | undefined>> = { node: ['20', '22', '24'] };

/**
 * What is wrong with `functionAppConfig`. That it must be there, in these words:
 * https://github.com/Azure-Samples/azure-functions-flex-consumption-samples/issues/7; sizes:
 * https://github.com/Azure/azure-rest-api-specs/issues/40898. A container that is not there is found out when code is published:
 * https://github.com/Azure/azure-dev/pull/4003. Versions that are in no catalogue are taken, and nothing starts
 * (https://github.com/Azure/Azure-Functions/issues/2666).
 */
export function functionAppConfigProblem(body: JsonObject): Refusal | undefined {
  const { functionAppConfig } = propertiesOf(body);
  if (!isJsonObject(functionAppConfig)) return missing('FunctionAppConfig');
  const { deployment, runtime, scaleAndConcurrency } = functionAppConfig;
  const storage = isJsonObject(deployment) ? deployment.storage : undefined;
  if (!isJsonObject(storage)) return missing('FunctionAppConfig.Deployment.Storage');
  if (!isJsonObject(runtime) || typeof runtime.name !== 'string' || typeof runtime.version !== 'string') {
    return missing('FunctionAppConfig.Runtime');
  }
  if (!isJsonObject(scaleAndConcurrency)) return missing('FunctionAppConfig.ScaleAndConcurrency');
  const { instanceMemoryMB = 2048, maximumInstanceCount = 100 } = scaleAndConcurrency;
  if (!MEMORY_IN_MB.includes(Number(instanceMemoryMB))) {
    return badRequest(
      `Site.FunctionAppConfig.ScaleAndConcurrency.InstanceMemoryMB is invalid. Allowed: ${MEMORY_IN_MB.join(', ')}.`,
    );
  }
  const count = Number(maximumInstanceCount);
  if (!(count >= 1 && count <= MOST_INSTANCES)) {
    return badRequest('Site.FunctionAppConfig.ScaleAndConcurrency.MaximumInstanceCount is invalid.');
  }
  return storageProblem(storage, body);
}

/** Whether the platform has this language in this version. */
export function isRuntimeOffered({ name, version }: JsonObject): boolean {
  return RUNTIMES[String(name)]?.includes(String(version)) === true;
}

function storageProblem(storage: JsonObject, { identity }: JsonObject): Refusal | undefined {
  const { type, value, authentication } = storage;
  const isContainer = /^https:\/\/[a-z0-9]{3,24}\.blob\.core\.windows\.net\/[a-z0-9-]{3,63}\/?$/.test(String(value));
  if (type !== 'blobContainer' || !isContainer) {
    return badRequest(
      'Site.FunctionAppConfig.Deployment.Storage.Value is invalid. It must be the address of a blob container.',
    );
  }
  const how = isJsonObject(authentication) ? authentication : {};
  const { userAssignedIdentityResourceId: id } = how;
  if (how.type !== 'UserAssignedIdentity') return undefined;
  const assigned =
    isJsonObject(identity) && isJsonObject(identity.userAssignedIdentities) ? identity.userAssignedIdentities : {};
  const isAssigned = Object.keys(assigned).some((one) => one.toLowerCase() === String(id).toLowerCase());
  return isAssigned
    ? undefined
    : badRequest(
        'Site.FunctionAppConfig.Deployment.Storage.Authentication is invalid. The user assigned identity is not assigned to the site.',
      );
}

function missing(section: string): Refusal {
  const name = section.split('.').at(-1);
  return badRequest(
    `Site.${section} is invalid.  The ${name} section was not specified in the request, which is required for Flex Consumption sites. To proceed, please add the ${name} section in your request.`,
  );
}
