/**
 * The fourteen steps: their names (the seed's), numbers, dependencies and the configuration they read.
 * This is the only place that knows them as a list; everything else iterates over `STEPS`.
 */
export const STEP_NAMES = [
  'check_prerequisites',
  'create_resource_group',
  'create_monitoring',
  'create_container_registry',
  'create_key_vault',
  'create_databases',
  'store_secrets',
  'create_container_apps_env',
  'build_and_push_images',
  'deploy_infrastructure_services',
  'deploy_application_services',
  'configure_environment_variables',
  'run_migrations',
  'verify_deployment',
] as const;

export type StepName = (typeof STEP_NAMES)[number];

export interface StepDefinition {
  readonly name: StepName;
  /** 1 to 14, as users know them from the original script. */
  readonly number: number;
  readonly title: string;
  readonly dependsOn: readonly StepName[];
  /** Dotted paths of the normalized configuration whose values are part of the fingerprint. */
  readonly configKeys: readonly string[];
}

const define = (
  name: StepName,
  title: string,
  dependsOn: readonly StepName[],
  configKeys: readonly string[],
): StepDefinition => ({ name, number: STEP_NAMES.indexOf(name) + 1, title, dependsOn, configKeys });

export const STEPS: readonly StepDefinition[] = [
  define('check_prerequisites', 'Check prerequisites', [], ['azure.subscriptionId']),
  define(
    'create_resource_group',
    'Create resource group and identity',
    ['check_prerequisites'],
    ['azure.resourceGroup', 'azure.projectName', 'locations.resourceGroup', 'tags'],
  ),
  define('create_monitoring', 'Create monitoring', ['create_resource_group'], ['monitoring', 'locations.monitoring']),
  define(
    'create_container_registry',
    'Create container registry',
    ['create_resource_group'],
    ['containerRegistry', 'locations.containerRegistry'],
  ),
  define('create_key_vault', 'Create key vault', ['create_resource_group'], ['keyVault', 'locations.keyVault']),
  define(
    'create_databases',
    'Create databases',
    ['create_resource_group'],
    ['postgresql', 'redis', 'locations.postgresql', 'locations.redis'],
  ),
  define(
    'store_secrets',
    'Store secrets',
    ['create_key_vault', 'create_databases'],
    // RABBITMQ-URL is made of the name, port and credentials of an infrastructure service.
    ['secrets', 'postgresql.databaseName', 'postgresql.adminUser', 'services.infrastructure'],
  ),
  define(
    'create_container_apps_env',
    'Create Container Apps environment',
    ['create_monitoring'],
    ['containerApps', 'locations.containerApps'],
  ),
  define('build_and_push_images', 'Build and push images', ['create_container_registry'], ['docker']),
  define(
    'deploy_infrastructure_services',
    'Deploy infrastructure services',
    ['store_secrets', 'create_container_apps_env'],
    ['services.infrastructure'],
  ),
  define(
    'deploy_application_services',
    'Deploy application services',
    ['run_migrations'],
    ['services.application', 'networking'],
  ),
  define(
    'configure_environment_variables',
    'Configure environment variables',
    ['deploy_application_services'],
    ['networking'],
  ),
  define(
    'run_migrations',
    'Run migrations',
    ['build_and_push_images', 'deploy_infrastructure_services'],
    ['deployment.skipMigrations'],
  ),
  define('verify_deployment', 'Verify deployment', ['configure_environment_variables'], ['networking']),
];

const BY_NAME = new Map(STEPS.map((step) => [step.name, step]));

export function stepDefinition(name: StepName): StepDefinition {
  const found = BY_NAME.get(name);
  if (!found) throw new Error(`no step is called ${name}`);
  return found;
}

export function isStepName(value: string): value is StepName {
  return BY_NAME.has(value as StepName);
}
