import { NAME_RULES, type NameRule } from '../../name-rules.ts';
import { hasSection } from '../../sections/sections.ts';
import type { DeploymentConfig } from '../model.ts';
import { problem, type RuleProblem } from './rule.ts';

export function requiredValues(config: DeploymentConfig): readonly RuleProblem[] {
  const { azure, containerRegistry, keyVault, storage } = config;
  const values: readonly (readonly [string, string, string])[] = [
    ['azure.resource_group', azure.resourceGroup, 'the name of the resource group'],
    ['azure.location', azure.location, 'a region such as eastus (or locations.default)'],
    ...(hasSection(config, 'containerRegistry')
      ? [['container_registry.name', containerRegistry.name, 'a globally unique name'] as const]
      : []),
    ['key_vault.name', keyVault.name, 'a globally unique name'],
    ...(storage ? [['storage.account', storage.account, 'a globally unique name'] as const] : []),
  ];
  return values.flatMap(([path, value, expected]) => (value === '' ? [problem(path, `is required: ${expected}`)] : []));
}

export function resourceNames(config: DeploymentConfig): readonly RuleProblem[] {
  const { azure, containerRegistry, keyVault, monitoring, postgresql, redis, containerApps, storage } = config;
  const { docker, advanced } = config;
  const { account = '', container, name } = advanced.stateBlob;
  const rules: readonly (readonly [string, string, NameRule])[] = [
    ['azure.subscription_id', azure.subscriptionId ?? '', NAME_RULES.subscription],
    ['azure.resource_group', azure.resourceGroup, NAME_RULES.resourceGroup],
    ['azure.project_name', azure.projectName, PROJECT_NAME],
    ['container_registry.name', containerRegistry.name, NAME_RULES.containerRegistry],
    ['key_vault.name', keyVault.name, NAME_RULES.keyVault],
    ['monitoring.log_workspace', monitoring.logWorkspace, NAME_RULES.logWorkspace],
    ['monitoring.app_insights', monitoring.appInsights, NAME_RULES.appInsights],
    ['postgresql.server_name', postgresql.serverName, NAME_RULES.postgresqlServer],
    ['postgresql.database_name', postgresql.databaseName, NAME_RULES.postgresqlDatabase],
    ['redis.name', redis.name, NAME_RULES.redis],
    ['container_apps.environment_name', containerApps.environmentName, NAME_RULES.containerAppsEnvironment],
    ['docker.registry', docker.registry?.server ?? '', NAME_RULES.registryServer],
    ['advanced.state_blob_account', account, NAME_RULES.storageAccount],
    ['advanced.state_blob_container', container, NAME_RULES.storageContainer],
    ['advanced.state_blob_name', name, NAME_RULES.blob],
    ['storage.account', storage?.account ?? '', NAME_RULES.storageAccount],
  ];
  return rules.flatMap(([path, value, { pattern, allowed }]) =>
    value === '' || pattern.test(value) ? [] : [problem(path, `found ${shown(value)}; allowed: ${allowed}`)],
  );
}

/**
 * Words that Azure keeps from names with an address of their own, in any case
 * (https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name); of those that no such
 * name can be, since it is too short or has other characters, none is here.
 */
const RESERVED_WITHIN = ['microsoft', 'windows'];
const RESERVED_BEGINNING = 'login';
const RESERVED_NAMES = [
  ...[
    'access',
    'azure',
    'bing',
    'bizspark',
    'biztalk',
    'cortana',
    'directx',
    'dotnet',
    'dynamics',
    'excel',
    'exchange',
  ],
  ...['forefront', 'groove', 'hololens', 'hyperv', 'kinect', 'lync', 'msdn', 'o365', 'office', 'office365', 'onedrive'],
  ...['onenote', 'outlook', 'powerpoint', 'sharepoint', 'skype', 'visio', 'visualstudio', 'xbox'],
];

export function reservedNames(config: DeploymentConfig): readonly RuleProblem[] {
  const { containerRegistry, keyVault, postgresql, redis, storage } = config;
  const names: readonly (readonly [string, string])[] = [
    ['container_registry.name', containerRegistry.name],
    ['key_vault.name', keyVault.name],
    ['postgresql.server_name', postgresql.serverName],
    ['redis.name', redis.name],
    ['storage.account', storage?.account ?? ''],
  ];
  return names.flatMap(([path, name]) => {
    const word = reservedWord(name);
    return word === undefined ? [] : [problem(path, `found ${JSON.stringify(name)}; Azure reserves the word ${word}`)];
  });
}

/** The word for which Azure refuses the name of what has an address of its own; undefined: it has none. */
export function reservedWord(name: string): string | undefined {
  const folded = name.toLowerCase();
  return (
    RESERVED_NAMES.find((one) => one === folded) ??
    RESERVED_WITHIN.find((one) => folded.includes(one)) ??
    (folded.startsWith(RESERVED_BEGINNING) ? RESERVED_BEGINNING : undefined)
  );
}

/** An address where a name should be may hold a password. */
function shown(value: string): string {
  return JSON.stringify(value.replace(/[^/]*@/, '***@'));
}

/** Names are made of it. */
const PROJECT_NAME: NameRule = {
  pattern: /^[a-z0-9][a-z0-9-]{1,39}$/,
  allowed: '2 to 40 lower-case letters, digits and hyphens',
};

export function regions({ locations }: DeploymentConfig): readonly RuleProblem[] {
  const wrong = [...new Set(Object.values(locations))].filter(
    (location) => location !== '' && !/^[a-z][a-z0-9 ]{2,40}$/i.test(location),
  );
  return wrong.map((location) =>
    problem('azure.location', `found ${JSON.stringify(location)}; allowed: a region such as eastus or westeurope`),
  );
}
