import type { StepName } from './steps.ts';

/**
 * What each step hands to later steps. All values are strings and none is a secret, so that they can be stored,
 * hashed one by one and stood in for by symbols when a plan is made. Families are written as `prefix.<key>`.
 */
export interface StepOutputs {
  check_prerequisites: 'subscriptionId' | 'tenantId' | 'principalId' | 'principalType';
  create_resource_group: 'resourceGroupId' | 'identityId' | 'identityPrincipalId' | 'identityClientId';
  create_monitoring: 'workspaceId' | 'appInsightsId';
  /** An incarnation names the run that made a resource: it changes when a resource was deleted and made anew, empty. */
  create_container_registry: 'registryId' | 'loginServer' | 'registryIncarnation';
  create_key_vault: 'vaultId' | 'vaultUri';
  create_databases:
    | 'postgresServerId'
    | 'postgresHost'
    | 'postgresIncarnation'
    | 'redisId'
    | 'redisHost'
    | 'redisPort'
    | 'redisKind'
    | 'redisIncarnation';
  /** Versioned vault URL of each secret: `secret.DATABASE-URL`. */
  store_secrets: `secret.${string}`;
  create_container_apps_env: 'environmentId' | 'defaultDomain';
  /** Full reference with registry digest of each application service: `image.api_gateway`. */
  build_and_push_images: `image.${string}`;
  deploy_infrastructure_services: `app.${string}`;
  deploy_application_services: `app.${string}` | `fqdn.${string}`;
  /** The revision that is to serve. */
  configure_environment_variables: `app.${string}`;
  run_migrations: `migration.${string}`;
  verify_deployment: `address.${string}` | 'swagger';
}

/** Reads an output of an earlier step. The planning reader answers symbols and records what was asked for. */
export interface OutputReader {
  read<Name extends StepName>(step: Name, output: StepOutputs[Name]): string;
}
