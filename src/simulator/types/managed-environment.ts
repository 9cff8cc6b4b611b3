import { isJsonObject, jsonAt } from '../../shared/json.ts';
import { setOutputs } from '../arm/lifecycle.ts';
import { type ArmReply, objectBody, ok, refused } from '../arm/message.ts';
import { quotaProblem } from '../arm/quotas.ts';
import type { ResourceType, SubRequest } from '../arm/resource-type.ts';
import { schemaProblem } from '../arm/write-rules.ts';
import { APP_API_VERSIONS } from '../container-apps/api-versions.ts';
import { environmentOutputs } from '../container-apps/environment.ts';
import { displayLocation } from '../container-apps/locations.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { StoredResource } from '../store.ts';
import { keepLogsOfEnvironment } from '../workload-logs/workload-log.ts';
import type { World } from '../world.ts';
import { environmentNetworkProblem } from './environment/network.ts';
import { environmentIdOf } from './workload.ts';

const CONTAINER_APPS = 'Microsoft.App/containerApps';
const JOBS = 'Microsoft.App/jobs';

export const managedEnvironment: ResourceType = {
  type: 'Microsoft.App/managedEnvironments',
  apiVersions: APP_API_VERSIONS,
  name: /^(?=.{2,60}$)[a-z](?:[a-z0-9]|-(?!-))*[a-z0-9]$/,
  nameError: 'ManagedEnvironmentInvalidName',
  listed: true,
  style: 'status',
  // Recorded: workspace, registry, identity, role and environment together 64 to 73 s.
  seconds: { create: 60, update: 20, delete: 60 },
  busyCode: 'ManagedEnvironmentOperationInProgress',
  immutable: ['properties.vnetConfiguration', 'properties.zoneRedundant', 'properties.infrastructureResourceGroup'],
  writeOnly: ['properties.appLogsConfiguration.logAnalyticsConfiguration.sharedKey'],
  check({ world, sent, body, before }) {
    // What was sent stays where it went, whatever the new body says.
    if (before) keepLogsOfEnvironment(world, before.id);
    const problem =
      quotaProblem(world, 'Microsoft.App/managedEnvironments', body, before) ??
      (before ? undefined : environmentNetworkProblem(world, body));
    if (problem) return problem;
    const properties = isJsonObject(sent.properties) ? sent.properties : {};
    const logs = isJsonObject(properties.appLogsConfiguration) ? properties.appLogsConfiguration : {};
    const { customerId, sharedKey } = isJsonObject(logs.logAnalyticsConfiguration)
      ? logs.logAnalyticsConfiguration
      : {};
    if (logs.destination !== 'log-analytics' || (customerId && sharedKey)) return undefined;
    return refuse(400, 'InvalidRequestContent', 'Destination log-analytics needs customerId and sharedKey.');
  },
  apply({ resource, before, id, body }) {
    if (!before) setOutputs(resource, environmentOutputs(id, String(body.location ?? '')));
    return undefined;
  },
  view: ({ body }, world) => {
    const custom = jsonAt(body, 'properties.customDomainConfiguration');
    const { customDomainVerificationId } = world.cloud();
    return {
      location: displayLocation(String(body.location ?? '')),
      properties: {
        customDomainConfiguration: { ...(isJsonObject(custom) ? custom : {}), customDomainVerificationId },
      },
    };
  },
  // https://github.com/microsoft/azure-container-apps/issues/1241
  states: { Deleting: 'ScheduledForDelete' },
  checkDelete: ({ id, name }, world) =>
    stillContains(name, 'ContainerApps', ofEnvironment(id, CONTAINER_APPS, world)) ??
    stillContains(name, 'Container Apps Jobs', ofEnvironment(id, JOBS, world)),
  handle: (call) => (call.rest.length === 1 ? checkNameAvailability(call) : undefined),
};

/** Names of apps and jobs share one space in an environment. */
function checkNameAvailability({ request, rest, resource, world }: SubRequest): ArmReply | undefined {
  if (request.method !== 'POST' || rest[0]?.toLowerCase() !== 'checknameavailability') return undefined;
  const body = objectBody(request.body) ?? {};
  const wrong = schemaProblem({ type: 'Microsoft.App/managedEnvironments/checkNameAvailability' }, body);
  if (wrong) return refused(wrong);
  const taken = workloadsOf(resource.id, world).some(({ name }) => name === body.name);
  return ok(
    taken
      ? { nameAvailable: false, reason: 'AlreadyExists', message: `The name '${String(body.name)}' is taken.` }
      : { nameAvailable: true },
  );
}

/**
 * The words: https://github.com/microsoft/azure-container-apps/issues/1012 (there of builders) and
 * https://github.com/crossplane-contrib/provider-upjet-azure, the hook before its example of a job (of jobs).
 */
function stillContains(name: string, what: string, found: readonly StoredResource[]): Refusal | undefined {
  if (found.length === 0) return undefined;
  return refuse(
    409,
    `ManagedEnvironmentHas${what.replaceAll(' ', '')}`,
    `The specified environment ${name} cannot be deleted because it still contains ${found.length} ${what}.`,
  );
}

function workloadsOf(environment: string, world: World): readonly StoredResource[] {
  return [CONTAINER_APPS, JOBS].flatMap((type) => ofEnvironment(environment, type, world));
}

function ofEnvironment(environment: string, type: string, world: World): readonly StoredResource[] {
  return world.resourcesOfType(type).filter(({ body }) => environmentIdOf(body) === environment.toLowerCase());
}
