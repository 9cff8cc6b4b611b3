import type { Json } from '../../shared/json.ts';
import type { DeploymentConfig, ServiceConfig } from '../config/model.ts';
import { isPremium } from '../config/rules/storage.ts';
import type { DesireInput } from '../desired.ts';
import { familiesOf, type GenericFamilies, genericId, genericResourceOf } from '../generic/generic-place.ts';
import { outputValue } from '../generic/output-text.ts';
import { resourceGroupId } from '../ids.ts';
import { composedOf, sectionOfSecret } from '../sections/composed-secrets.ts';
import { storageEndpoint } from '../sections/storage-endpoints.ts';
import { declaredOutputs } from '../templates/declared.ts';
import { templateKey } from '../templates/template-key.ts';
import { addressOf, hostOfService } from './addresses.ts';
import type { ReferenceSource, ReferenceTarget, ReferenceTargets } from './reference-target.ts';
import { secretMark } from './secret-marks.ts';

const environment: ReferenceSource = () => ({ 'environment.name': { value: (input) => input.environment } });

const azure: ReferenceSource = ({ azure: { location, projectName, resourceGroup } }) => ({
  'azure.location': { value: () => location },
  'azure.project_name': { value: () => projectName },
  'azure.resource_group': { value: () => resourceGroup },
  'azure.resource_group_id': { value: resourceGroupId },
  'azure.subscription_id': { value: ({ outputs }) => outputs.read('subscriptionId') },
  'azure.tenant_id': { value: ({ outputs }) => outputs.read('tenantId') },
});

/** The identity of the applications. */
const identity: ReferenceSource = () => ({
  'identity.id': { value: ({ outputs }) => outputs.read('identityId') },
  'identity.principal_id': { value: ({ outputs }) => outputs.read('identityPrincipalId') },
  'identity.client_id': { value: ({ outputs }) => outputs.read('identityClientId') },
});

const monitoring: ReferenceSource = ({ monitoring: { logWorkspace, appInsights } }) =>
  ofSection('monitoring', {
    'monitoring.log_workspace': { value: () => logWorkspace },
    'monitoring.log_workspace_id': { value: ({ outputs }) => outputs.read('workspaceId') },
    'monitoring.app_insights': { value: () => appInsights },
    'monitoring.app_insights_id': { value: ({ outputs }) => outputs.read('appInsightsId') },
  });

const registry: ReferenceSource = ({ containerRegistry: { name } }) =>
  ofSection('containerRegistry', {
    'container_registry.id': { value: ({ outputs }) => outputs.read('registryId') },
    'container_registry.name': { value: () => name },
    'container_registry.login_server': { value: ({ outputs }) => outputs.read('loginServer') },
  });

const keyVault: ReferenceSource = ({ keyVault: { name } }) => ({
  'key_vault.id': { value: ({ outputs }) => outputs.read('vaultId') },
  'key_vault.name': { value: () => name },
  'key_vault.uri': { value: ({ outputs }) => outputs.read('vaultUri') },
});

const postgresql: ReferenceSource = ({ postgresql: { serverName, databaseName } }) =>
  ofSection('postgresql', {
    'postgresql.id': { value: ({ outputs }) => outputs.read('postgresServerId') },
    'postgresql.name': { value: () => serverName },
    'postgresql.host': { value: ({ outputs }) => outputs.read('postgresHost') },
    'postgresql.user': { value: ({ outputs }) => outputs.read('postgresUser') },
    'postgresql.database': { value: () => databaseName },
  });

const redis: ReferenceSource = ({ redis: { name } }) =>
  ofSection('redis', {
    'redis.id': { value: ({ outputs }) => outputs.read('redisId') },
    'redis.name': { value: () => name },
    'redis.host': { value: ({ outputs }) => outputs.read('redisHost') },
    'redis.port': { value: ({ outputs }) => Number(outputs.read('redisPort')) },
  });

/** A premium account has files only. */
const storage: ReferenceSource = ({ storage: asked }) =>
  ofSection('storage', {
    'storage.id': { value: ({ outputs }) => outputs.read('storageId') },
    'storage.name': { value: () => asked?.account ?? '' },
    'storage.file_endpoint': { value: (input) => storageEndpoint(input, 'file') },
    ...(!(asked && isPremium(asked)) && {
      'storage.blob_endpoint': { value: (input) => storageEndpoint(input, 'blob') },
      'storage.queue_endpoint': { value: (input) => storageEndpoint(input, 'queue') },
    }),
  });

const containerApps: ReferenceSource = ({ containerApps: { environmentName, isLeftOut = false } }) => ({
  ...(!isLeftOut && {
    'container_apps.id': { value: ({ outputs }) => outputs.read('environmentId') },
    'container_apps.name': { value: () => environmentName },
    'container_apps.default_domain': { value: ({ outputs }) => outputs.read('defaultDomain') },
  }),
});

/** Those with a port; nobody reaches a worker. */
const services: ReferenceSource = ({ services: { application, infrastructure } }) =>
  Object.assign({}, ...[...application, ...infrastructure].filter(({ port }) => port !== undefined).map(ofService));

function ofService(service: ServiceConfig): Readonly<Record<string, ReferenceTarget>> {
  const { key, name } = service;
  return {
    [`services.${key}.name`]: { value: () => name },
    [`services.${key}.address`]: { value: (input) => addressOf(service, input) },
    [`services.${key}.host`]: { value: (input) => hostOfService(service, input) },
  };
}

/** The key of the service that a reference names; undefined: it names something else. */
export function serviceNamed(reference: string): string | undefined {
  return /^services\.(.+)\.[^.]+$/.exec(reference)?.[1];
}

function ofSection(
  section: NonNullable<ReferenceTarget['section']>,
  targets: Readonly<Record<string, ReferenceTarget>>,
): Readonly<Record<string, ReferenceTarget>> {
  return Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, { ...target, section }]));
}

/** By their names in the vault, and as keys of the file are written. */
const secrets: ReferenceSource = (config) => {
  const composed = composedOf(config).map(({ name }) => name);
  const all = [...Object.keys(config.secrets), ...composed].flatMap((name) => {
    const target: ReferenceTarget = {
      secret: 'vault',
      value: ({ outputs }) => secretMark(outputs.read('secret', name)),
      ...sectionOf(config, name),
    };
    return [name, name.toLowerCase().replaceAll('-', '_')].map((one) => [`secrets.${one}`, target] as const);
  });
  return Object.fromEntries(all);
};

function sectionOf(config: DeploymentConfig, secret: string): Pick<ReferenceTarget, 'section'> {
  const section = sectionOfSecret(config, secret);
  return section === undefined ? {} : { section };
}

function stepOf(config: DeploymentConfig, key: string, all: ReferenceTargets): GenericFamilies {
  const found = familiesOf(config, key, all);
  if (!found) throw new Error(`no step makes the resource ${key}`);
  return found;
}

function outputOf(
  config: DeploymentConfig,
  key: string,
  output: string,
  { outputs }: DesireInput,
  all: ReferenceTargets,
): Json {
  return outputValue(outputs.read(stepOf(config, key, all).output, `${key}.${output}`));
}

const resources: ReferenceSource = (config, all) =>
  Object.assign({}, ...Object.keys(config.resources ?? {}).map((key) => ofResource(config, key, all)));

function ofResource(
  config: DeploymentConfig,
  key: string,
  all: ReferenceTargets,
): Readonly<Record<string, ReferenceTarget>> {
  const { name, outputs = {}, secrets: actions = {} } = genericResourceOf(config, key);
  const secretOf = (action: string, input: DesireInput): string => {
    // Another one of the same name has other keys.
    input.outputs.read(stepOf(config, key, all).made, key);
    return secretMark(`resources.${key}.secrets.${action}`);
  };
  return {
    [`resources.${key}.id`]: { value: (input) => genericId(key, input, all) },
    [`resources.${key}.name`]: { value: (input) => all.resolve(name, input) },
    ...Object.fromEntries(
      Object.keys(outputs).map((output) => [
        `resources.${key}.outputs.${output}`,
        { value: (input: DesireInput) => outputOf(config, key, output, input, all) },
      ]),
    ),
    ...Object.fromEntries(
      Object.keys(actions).map((action) => [
        `resources.${key}.secrets.${action}`,
        { secret: 'resource', value: (input: DesireInput) => secretOf(action, input) },
      ]),
    ),
  };
}

/** What a template answers of itself, but what is secret there: Azure gives that to nobody. */
const templates: ReferenceSource = (config, all) =>
  Object.fromEntries(
    Object.entries(config.templates ?? {}).flatMap(([name, { template }]) =>
      declaredOutputs(template)
        .filter(({ isSecure }) => !isSecure)
        .map(({ name: output }) => [
          `templates.${name}.outputs.${output}`,
          { value: (input: DesireInput) => outputOf(config, templateKey(name), output, input, all) },
        ]),
    ),
  );

/** All that references may name. A new part of the configuration offers its own by a line here. */
export const REFERENCE_SOURCES: readonly ReferenceSource[] = [
  environment,
  azure,
  identity,
  monitoring,
  registry,
  keyVault,
  postgresql,
  redis,
  storage,
  containerApps,
  services,
  secrets,
  resources,
  templates,
];
