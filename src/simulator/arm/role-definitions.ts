import type { JsonObject } from '../../shared/json.ts';
import { BUILT_IN_ROLES } from '../built-in-roles.ts';
import { refuse } from '../refusal.ts';
import type { World } from '../world.ts';
import { type ArmReply, type ArmRequest, ok, refused } from './message.ts';

const TYPE = 'Microsoft.Authorization/roleDefinitions';

/**
 * `{scope}/providers/Microsoft.Authorization/roleDefinitions`, all or one: built-in roles, which are the same at every scope
 * (https://learn.microsoft.com/rest/api/authorization/role-definitions/list). Undefined for other addresses.
 */
export function answerRoleDefinitions(world: World, { method, path, query }: ArmRequest): ArmReply | undefined {
  const [match, guid] = /\/providers\/Microsoft\.Authorization\/roleDefinitions(?:\/([^/]+))?\/?$/i.exec(path) ?? [];
  if (match === undefined || method !== 'GET') return undefined;
  if (guid !== undefined) {
    const role = BUILT_IN_ROLES.find((one) => one.guid === guid.toLowerCase());
    const missing = refuse(
      404,
      'RoleDefinitionDoesNotExist',
      `The specified role definition with ID '${guid}' does not exist.`,
    );
    return role ? ok(view(world, role)) : refused(missing);
  }
  const filter = query.get('$filter') ?? '';
  const [, name] = /roleName\s+eq\s+'([^']*)'/i.exec(filter) ?? [];
  const isCustom = /type\s+eq\s+'CustomRole'/i.test(filter);
  const found = BUILT_IN_ROLES.filter((role) => !isCustom && (name === undefined || same(role.name, name)));
  return ok({ value: found.map((role) => view(world, role)) });
}

function view({ state }: World, { guid, name, ...permissions }: (typeof BUILT_IN_ROLES)[number]): JsonObject {
  const { actions = [], notActions = [], dataActions = [] } = permissions;
  return {
    id: `/subscriptions/${state.subscriptionId}/providers/${TYPE}/${guid}`,
    type: TYPE,
    name: guid,
    properties: {
      roleName: name,
      type: 'BuiltInRole',
      description: '',
      assignableScopes: ['/'],
      permissions: [
        { actions: [...actions], notActions: [...notActions], dataActions: [...dataActions], notDataActions: [] },
      ],
    },
  };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
