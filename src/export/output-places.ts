import type { OutputReference } from '../domain/outputs.ts';
import type { OutputName } from '../domain/steps.ts';

/** Where an output comes from: what a resource answers, or what stands for it. */
export type OutputPlace =
  | { readonly of: string; readonly path: string }
  | { readonly term: 'subscriptionId' | 'tenantId' }
  | { readonly parameter: string };

/**
 * Where each output of a step comes from, by the key of the resource and what it answers; those that are missing stand in no body as
 * they are. The paths are those that the steps read.
 */
const OUTPUT_PLACES: Readonly<Partial<Record<OutputName, OutputPlace>>> = {
  subscriptionId: { term: 'subscriptionId' },
  tenantId: { term: 'tenantId' },
  principalId: { parameter: 'deployerPrincipalId' },
  principalType: { parameter: 'deployerPrincipalType' },
  resourceGroupId: { of: 'resource-group', path: 'id' },
  identityId: { of: 'identity', path: 'id' },
  identityPrincipalId: { of: 'identity', path: 'properties.principalId' },
  identityClientId: { of: 'identity', path: 'properties.clientId' },
  workspaceId: { of: 'workspace', path: 'id' },
  appInsightsId: { of: 'app-insights', path: 'id' },
  registryId: { of: 'registry', path: 'id' },
  loginServer: { of: 'registry', path: 'properties.loginServer' },
  vaultId: { of: 'key-vault', path: 'id' },
  vaultUri: { of: 'key-vault', path: 'properties.vaultUri' },
  postgresServerId: { of: 'postgresql', path: 'id' },
  postgresHost: { of: 'postgresql', path: 'properties.fullyQualifiedDomainName' },
  postgresUser: { of: 'postgresql', path: 'properties.administratorLogin' },
  redisId: { of: 'redis', path: 'id' },
  redisHost: { of: 'redis', path: 'properties.hostName' },
  storageId: { of: 'storage', path: 'id' },
  storageBlobEndpoint: { of: 'storage', path: 'properties.primaryEndpoints.blob' },
  storageQueueEndpoint: { of: 'storage', path: 'properties.primaryEndpoints.queue' },
  storageFileEndpoint: { of: 'storage', path: 'properties.primaryEndpoints.file' },
  environmentId: { of: 'environment', path: 'id' },
  defaultDomain: { of: 'environment', path: 'properties.defaultDomain' },
  staticIp: { of: 'environment', path: 'properties.staticIp' },
  domainVerificationId: {
    of: 'environment',
    path: 'properties.customDomainConfiguration.customDomainVerificationId',
  },
};

export function placeOfOutput({ output }: OutputReference): OutputPlace | undefined {
  return OUTPUT_PLACES[output as OutputName];
}

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(OUTPUT_PLACES).flatMap(([name, place]) =>
    'of' in place ? [[`${place.of} ${place.path}`, name] as const] : [],
  ),
);

/** The output that a property of a resource is. */
export function outputOf(key: string, path: string): string | undefined {
  return NAMES.get(`${key} ${path}`);
}
