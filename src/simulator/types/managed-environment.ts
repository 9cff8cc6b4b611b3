import { isJsonObject } from '../../shared/json.ts';
import { setOutputs } from '../arm/lifecycle.ts';
import { type ArmReply, objectBody, ok, refused } from '../arm/message.ts';
import { quotaProblem } from '../arm/quotas.ts';
import type { ResourceType, SubRequest } from '../arm/resource-type.ts';
import { schemaProblem } from '../arm/write-rules.ts';
import { APP_API_VERSIONS } from '../container-apps/api-versions.ts';
import { environmentOutputs } from '../container-apps/environment.ts';
import { displayLocation } from '../container-apps/locations.ts';
import { refuse } from '../refusal.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { environmentIdOf } from './workload.ts';

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
    const tooMany = quotaProblem(world, 'Microsoft.App/managedEnvironments', body, before);
    if (tooMany) return tooMany;
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
  view: ({ body }) => ({ location: displayLocation(String(body.location ?? '')) }),
  checkDelete: ({ id }, world) =>
    workloadsOf(id, world).length > 0
      ? refuse(409, 'ManagedEnvironmentNotEmpty', 'The environment still has container apps or jobs.')
      : undefined,
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

function workloadsOf(environment: string, world: World): readonly StoredResource[] {
  return ['Microsoft.App/containerApps', 'Microsoft.App/jobs']
    .flatMap((type) => world.resourcesOfType(type))
    .filter(({ body }) => environmentIdOf(body) === environment.toLowerCase());
}
