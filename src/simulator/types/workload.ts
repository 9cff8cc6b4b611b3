import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { type ArmReply, ok } from '../arm/message.ts';
import { identityView } from '../container-apps/app.ts';
import { displayLocation } from '../container-apps/locations.ts';
import { logToken } from '../container-apps/log-stream.ts';
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
  const expires = new Date(world.now() + 3_600_000).toISOString();
  return ok({
    id: resource.id,
    name: resource.name,
    type: resource.type,
    location: displayLocation(String(resource.body.location ?? '')),
    properties: { token: logToken(resource.id, world.state.signingKey), expires },
  });
}

/** `POST …/listSecrets`: the only way to the values; those of the vault stay there. */
export function secretValues({ body }: StoredResource): ArmReply {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  const configuration = isJsonObject(properties.configuration) ? properties.configuration : {};
  const secrets = Array.isArray(configuration.secrets) ? configuration.secrets : [];
  return ok({ value: secrets });
}

/** Default domain of the environment that an app or job is in. */
export function domainOf({ body }: StoredResource, world: World): string {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  const environment = world.resource(String(properties.environmentId ?? properties.managedEnvironmentId ?? ''));
  const outputs = isJsonObject(environment?.body.properties) ? environment.body.properties : {};
  return String(outputs.defaultDomain ?? '');
}
