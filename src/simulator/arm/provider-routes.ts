import type { JsonObject } from '../../shared/json.ts';
import { regionDisplayNames } from '../container-apps/locations.ts';
import { hasRoleIn } from '../roles.ts';
import { deletedVault } from '../types/key-vault.ts';
import { isRestricted } from '../types/offers.ts';
import { postgresCapabilities } from '../types/postgres-capabilities.ts';
import type { World } from '../world.ts';
import { apiVersionsOf } from './api-versions.ts';
import { answerDeletedAccounts } from './deletion/deleted-accounts.ts';
import { answerDeletedVaults } from './deletion/deleted-vaults.ts';
import { answerDeletedWorkspaces } from './deletion/deleted-workspaces.ts';
import { answerLists } from './lists.ts';
import { type ArmReply, type ArmRequest, apiVersionOf, objectBody, ok, refused } from './message.ts';
import { answerUsages } from './quotas.ts';
import { regionList } from './regions.ts';
import type { ResourceType } from './resource-type.ts';
import { answerRoleDefinitions } from './role-definitions.ts';
import { answerTagNames } from './tag-names.ts';
import { answerTags } from './tags-of-scope.ts';

/** How long the registration of a provider takes, in seconds of the real Azure. */
export const REGISTRATION_SECONDS = 30;

/** On in every subscription. */
const ALWAYS_REGISTERED = ['microsoft.resources', 'microsoft.authorization'];

export function isRegistered(world: World, namespace: string): boolean {
  const name = namespace.toLowerCase();
  if (ALWAYS_REGISTERED.includes(name)) return true;
  const since = world.state.providers[name];
  return since !== undefined && Date.parse(since) <= world.now();
}

/** What stands directly below a subscription: providers, lists, names, offers. */
export function answerSubscription(
  world: World,
  request: ArmRequest,
  types: ReadonlyMap<string, ResourceType>,
): ArmReply | undefined {
  const { subscriptionId, tenantId } = world.state;
  const path = request.path.replace(/\/+$/, '');
  const subscription = {
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId,
    displayName: 'Simulated subscription',
    state: 'Enabled',
    authorizationSource: 'RoleBased',
  };
  if (request.method === 'GET' && /^\/subscriptions$/i.test(path)) {
    // Those in which the caller has any role: https://learn.microsoft.com/rest/api/resources/subscriptions/list
    return ok({ value: hasRoleIn(world, request.principal, subscription.id) ? [subscription] : [] });
  }
  if (request.method === 'GET' && /^\/tenants$/i.test(path))
    return ok({ value: [{ id: `/tenants/${tenantId}`, tenantId }] });
  const [, id, rest = ''] = /^\/subscriptions\/([^/]+)(\/.*)?$/i.exec(path) ?? [];
  if (id === undefined) return undefined;
  if (id.toLowerCase() !== subscriptionId) {
    return refused({
      status: 404,
      code: 'SubscriptionNotFound',
      message: `The subscription '${id}' could not be found.`,
    });
  }
  if (request.method === 'GET' && rest === '') return ok(subscription);
  if (request.method === 'GET' && /^\/locations$/i.test(rest)) return ok({ value: regionList(world) });
  return (
    answerProvider(world, request, rest, types) ??
    answerNames(world, request, rest, types) ??
    answerOffers(request, rest) ??
    answerVerificationId(world, request, rest) ??
    answerUsages(world, request, rest) ??
    answerDeletedVaults(world, request, rest) ??
    answerDeletedWorkspaces(world, request, rest) ??
    answerDeletedAccounts(world, request, rest) ??
    answerTags(world, request) ??
    answerTagNames(world, request, rest) ??
    answerRoleDefinitions(world, request) ??
    answerLists(world, request, types)
  );
}

function answerProvider(
  world: World,
  request: ArmRequest,
  rest: string,
  types: ReadonlyMap<string, ResourceType>,
): ArmReply | undefined {
  if (request.method === 'GET' && /^\/providers$/i.test(rest)) {
    const namespaces = new Set([...types.values()].map(({ type }) => type.split('/')[0] ?? ''));
    return ok({ value: [...namespaces].toSorted().map((namespace) => providerView(world, namespace, types)) });
  }
  const [, namespace = '', action = ''] = /^\/providers\/([^/]+)(?:\/(register|unregister))?$/i.exec(rest) ?? [];
  if (namespace === '') return undefined;
  const key = namespace.toLowerCase();
  if (request.method === 'POST' && action.toLowerCase() === 'register') {
    world.state.providers[key] ??= new Date(world.now() + world.duration(REGISTRATION_SECONDS)).toISOString();
  } else if (request.method !== 'GET' || action !== '') {
    return undefined;
  }
  return ok(providerView(world, namespace, types));
}

function providerView(world: World, namespace: string, types: ReadonlyMap<string, ResourceType>): JsonObject {
  const key = namespace.toLowerCase();
  const registrationState = isRegistered(world, namespace)
    ? 'Registered'
    : world.state.providers[key]
      ? 'Registering'
      : 'NotRegistered';
  const resourceTypes = [...types.values()]
    .filter(({ type }) => type.toLowerCase().startsWith(`${key}/`))
    .map((type) => ({
      resourceType: type.type.slice(namespace.length + 1),
      locations: [...regionDisplayNames()],
      apiVersions: [...apiVersionsOf(type)],
    }));
  return {
    id: `/subscriptions/${world.state.subscriptionId}/providers/${namespace}`,
    namespace,
    registrationState,
    registrationPolicy: 'RegistrationRequired',
    resourceTypes,
  };
}

function answerNames(
  world: World,
  request: ArmRequest,
  rest: string,
  types: ReadonlyMap<string, ResourceType>,
): ArmReply | undefined {
  if (request.method !== 'POST' || !/^\/providers\/[^/]+\/(?:locations\/[^/]+\/)?checkNameAvailability$/i.test(rest))
    return undefined;
  const { name, type } = objectBody(request.body) ?? {};
  const known = types.get(String(type).toLowerCase());
  if (typeof name !== 'string' || !known)
    return refused({ status: 400, code: 'BadRequest', message: 'name and type are required.' });
  if (!known.name.test(name))
    return ok({
      nameAvailable: false,
      reason: known.invalidNameReason ?? 'Invalid',
      message: `The name '${name}' is invalid.`,
    });
  const taken = world.resourcesOfType(known.type).some((one) => one.name.toLowerCase() === name.toLowerCase());
  const deleted = known.type === 'Microsoft.KeyVault/vaults' && deletedVault(world, name) !== undefined;
  if (!taken && !deleted) return ok({ nameAvailable: true });
  return ok({ nameAvailable: false, reason: 'AlreadyExists', message: `The name '${name}' is already in use.` });
}

/** A text by itself: https://learn.microsoft.com/rest/api/containerapps/get-custom-domain-verification-id */
function answerVerificationId(world: World, { method }: ArmRequest, rest: string): ArmReply | undefined {
  const isAsked = method === 'POST' && /^\/providers\/Microsoft\.App\/getCustomDomainVerificationId$/i.test(rest);
  return isAsked ? ok(world.cloud().customDomainVerificationId) : undefined;
}

function answerOffers(request: ArmRequest, rest: string): ArmReply | undefined {
  const [, location = ''] =
    /^\/providers\/Microsoft\.DBforPostgreSQL\/locations\/([^/]+)\/capabilities$/i.exec(rest) ?? [];
  if (request.method !== 'GET' || location === '') return undefined;
  if (isRestricted(location)) return ok({ value: [] });
  return ok({ value: postgresCapabilities(apiVersionOf(request)) });
}
