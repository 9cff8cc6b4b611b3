import { NAME_RULES, type NameRule } from '../../name-rules.ts';
import { hasSection } from '../../sections/sections.ts';
import type { DeploymentConfig } from '../model.ts';
import { problem, type RuleProblem } from './rule.ts';

export function requiredValues(config: DeploymentConfig): readonly RuleProblem[] {
  const { azure, containerRegistry, keyVault } = config;
  const values: readonly (readonly [string, string, string])[] = [
    ['azure.resource_group', azure.resourceGroup, 'the name of the resource group'],
    ['azure.location', azure.location, 'a region such as eastus (or locations.default)'],
    ...(hasSection(config, 'containerRegistry')
      ? [['container_registry.name', containerRegistry.name, 'a globally unique name'] as const]
      : []),
    ['key_vault.name', keyVault.name, 'a globally unique name'],
  ];
  return values.flatMap(([path, value, expected]) => (value === '' ? [problem(path, `is required: ${expected}`)] : []));
}

export function resourceNames(config: DeploymentConfig): readonly RuleProblem[] {
  const { azure, containerRegistry, keyVault, monitoring, postgresql, redis, containerApps } = config;
  const rules: readonly (readonly [string, string, NameRule])[] = [
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
  ];
  return rules.flatMap(([path, value, { pattern, allowed }]) =>
    value === '' || pattern.test(value) ? [] : [problem(path, `found ${JSON.stringify(value)}; allowed: ${allowed}`)],
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
  const { containerRegistry, keyVault, postgresql, redis } = config;
  const names: readonly (readonly [string, string])[] = [
    ['container_registry.name', containerRegistry.name],
    ['key_vault.name', keyVault.name],
    ['postgresql.server_name', postgresql.serverName],
    ['redis.name', redis.name],
  ];
  return names.flatMap(([path, name]) => {
    const folded = name.toLowerCase();
    const word =
      RESERVED_NAMES.find((one) => one === folded) ??
      RESERVED_WITHIN.find((one) => folded.includes(one)) ??
      (folded.startsWith(RESERVED_BEGINNING) ? RESERVED_BEGINNING : undefined);
    return word === undefined ? [] : [problem(path, `found ${JSON.stringify(name)}; Azure reserves the word ${word}`)];
  });
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function subscription({ azure: { subscriptionId } }: DeploymentConfig): readonly RuleProblem[] {
  if (subscriptionId === undefined || GUID.test(subscriptionId)) return [];
  const message = `found ${JSON.stringify(subscriptionId)}; expected its id, such as "00000000-0000-0000-0000-000000000000"`;
  return [problem('azure.subscription_id', message)];
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
