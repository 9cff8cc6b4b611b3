import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { type ArmReply, ok } from '../arm/message.ts';
import { isRunning } from '../arm/operations.ts';
import type { Write } from '../arm/resource-type.ts';
import { identityView } from '../container-apps/app.ts';
import { displayLocation } from '../container-apps/locations.ts';
import { logToken } from '../container-apps/logs/log-stream.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';

/** What apps and jobs answer alike: the service's properties, not what was sent, and the display name of the region. */
export function workloadView(resource: StoredResource, world: World, properties: JsonObject): JsonObject {
  const { id, body, createdAt, updatedAt } = resource;
  const by = { createdBy: world.state.clientId, createdByType: 'Application' };
  return {
    // Recorded: this segment comes back in lower case.
    id: id.replace('/providers/Microsoft.App/containerApps/', '/providers/Microsoft.App/containerapps/'),
    location: displayLocation(String(body.location ?? '')),
    systemData: {
      ...by,
      createdAt: createdAt.replace('Z', ''),
      lastModifiedBy: by.createdBy,
      lastModifiedByType: by.createdByType,
      lastModifiedAt: updatedAt.replace('Z', ''),
    },
    identity: identityView(world.cloud(), body),
    properties,
  };
}

/** `POST …/getAuthToken`: for the log streams of this resource. */
export function authToken(resource: StoredResource, world: World): ArmReply {
  return ok({
    id: resource.id,
    name: resource.name,
    type: resource.type,
    location: displayLocation(String(resource.body.location ?? '')),
    properties: { ...logToken(resource.id, world.state.signingKey, world.now()) },
  });
}

/** `POST …/listSecrets`: the only way to the values; those of the vault stay there. */
export function secretValues({ body }: StoredResource): ArmReply {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  const configuration = isJsonObject(properties.configuration) ? properties.configuration : {};
  const secrets = Array.isArray(configuration.secrets) ? configuration.secrets : [];
  return ok({ value: secrets });
}

/**
 * Why an app or job cannot be written now when its environment takes one write at a time, as some were seen to do
 * (`ManagedEnvironmentOperationInProgress`): another one of that environment is being written.
 */
export function environmentBusyProblem({ world, id, body }: Write): Refusal | undefined {
  if (!world.state.behaviour.oneWritePerEnvironment) return undefined;
  const environment = environmentIdOf(body);
  const busy = ['Microsoft.App/containerApps', 'Microsoft.App/jobs']
    .flatMap((type) => world.resourcesOfType(type))
    .find(
      (other) =>
        other.id.toLowerCase() !== id.toLowerCase() &&
        environmentIdOf(other.body) === environment &&
        isRunning(world, world.state.operations[other.operation ?? '']),
    );
  return busy
    ? refuse(
        409,
        'ManagedEnvironmentOperationInProgress',
        `Cannot modify '${id}' because there is an active provisioning operation of '${busy.name}' in its environment.`,
      )
    : undefined;
}

/** Id of the environment that an app or job is in, in lower case. */
export function environmentIdOf(body: JsonObject): string {
  const { environmentId, managedEnvironmentId } = isJsonObject(body.properties) ? body.properties : {};
  return String(environmentId ?? managedEnvironmentId ?? '').toLowerCase();
}

/** Default domain of the environment that an app or job is in. */
export function domainOf({ body }: StoredResource, world: World): string {
  const environment = world.resource(environmentIdOf(body));
  const outputs = isJsonObject(environment?.body.properties) ? environment.body.properties : {};
  return String(outputs.defaultDomain ?? '');
}
