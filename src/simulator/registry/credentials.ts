import { type JsonObject, jsonAt } from '../../shared/json.ts';
import { type ArmReply, ok, refused } from '../arm/message.ts';
import type { SubRequest } from '../arm/resource-type.ts';
import { issuedKey, renewKey } from '../issued-key.ts';
import { refuse } from '../refusal.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';

const PASSWORDS = ['password', 'password2'];

/** `listCredentials` and `regenerateCredential` of a registry: its admin user, when it has one. */
export function answerCredentials({ world, resource, request, rest }: SubRequest): ArmReply | undefined {
  const action = request.method === 'POST' && rest.length === 1 ? rest[0]?.toLowerCase() : undefined;
  if (action !== 'listcredentials' && action !== 'regeneratecredential') return undefined;
  // The words: https://github.com/MicrosoftDocs/azure-docs/issues/57954
  if (!hasAdminUser(resource)) {
    return refused(
      refuse(
        400,
        'UnAuthorizedForCredentialOperations',
        `Cannot perform credential operations for ${resource.id} as admin user is disabled. Kindly enable admin user as per docs: https://docs.microsoft.com/en-us/azure/container-registry/container-registry-authentication#admin-account`,
      ),
    );
  }
  if (action === 'regeneratecredential') {
    const name = String(jsonAt(request.body ?? {}, 'name'));
    if (!PASSWORDS.includes(name))
      return refused(refuse(400, 'InvalidPasswordName', `There is no password '${name}'.`));
    renewKey(resource, name);
  }
  return ok(credentials(world, resource));
}

function credentials(world: World, resource: StoredResource): JsonObject {
  return {
    username: resource.name,
    passwords: PASSWORDS.map((name) => ({ name, value: issuedKey(world, resource, name, 32) })),
  };
}

/** Whether these are user and password of the registry's admin user, and it is on. */
export function isAdminUser(world: World, resource: StoredResource, username: string, password: string): boolean {
  const isNamed = hasAdminUser(resource) && username.toLowerCase() === resource.name.toLowerCase();
  return isNamed && PASSWORDS.some((name) => issuedKey(world, resource, name, 32) === password);
}

function hasAdminUser({ body }: StoredResource): boolean {
  return jsonAt(body, 'properties.adminUserEnabled') === true;
}
