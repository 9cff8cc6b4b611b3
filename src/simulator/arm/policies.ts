import { jsonAt } from '../../shared/json.ts';
import { ASSIGNMENT_TYPE, covers, scopeOf } from '../policy/assignments.ts';
import { builtInDefinitions } from '../policy/definitions.ts';
import { refuse } from '../refusal.ts';
import type { World } from '../world.ts';
import { viewOf } from './lifecycle.ts';
import { type ArmReply, type ArmRequest, ok, refused } from './message.ts';
import type { ResourceType } from './resource-type.ts';

/**
 * Assignments at, above and below a scope, and the definitions that every tenant has
 * (https://learn.microsoft.com/rest/api/policy/policy-assignments/list-for-resource-group). Those of the subscription are
 * resources like others.
 */
export function answerPolicies(
  world: World,
  { method, path, query }: ArmRequest,
  types: ReadonlyMap<string, ResourceType>,
): ArmReply | undefined {
  if (method !== 'GET') return undefined;
  const [, builtIn] = /^\/providers\/Microsoft\.Authorization\/policyDefinitions(?:\/([^/]+))?\/?$/i.exec(path) ?? [];
  if (builtIn !== undefined) return oneBuiltIn(builtIn);
  if (/^\/providers\/Microsoft\.Authorization\/policyDefinitions\/?$/i.test(path)) {
    return ok({ value: builtInDefinitions().map((one) => ({ ...one })) });
  }
  const [, scope] =
    /^(\/subscriptions\/.*?)\/providers\/Microsoft\.Authorization\/policyAssignments\/?$/i.exec(path) ?? [];
  const type = types.get(ASSIGNMENT_TYPE.toLowerCase());
  if (scope === undefined || !type) return undefined;
  const wanted = assignmentFilter(query.get('$filter') ?? '', scope);
  const found = world.resourcesOfType(ASSIGNMENT_TYPE).filter(({ id, body }) => {
    return wanted(scopeOf(id), String(jsonAt(body, 'properties.policyDefinitionId')));
  });
  return ok({ value: found.map((one) => viewOf(one, type, world)) });
}

/** `atScope()` leaves out those below, `atExactScope()` those above, too. */
function assignmentFilter(filter: string, scope: string): (assigned: string, definition: string) => boolean {
  const [, definitionId] = /^policyDefinitionId eq '([^']+)'$/i.exec(filter) ?? [];
  if (/^atExactScope\(\)$/i.test(filter)) return (assigned) => covers(assigned, scope) && covers(scope, assigned);
  return (assigned, definition) =>
    (covers(assigned, scope) || (filter === '' && covers(scope, assigned))) &&
    (definitionId === undefined || definition.toLowerCase() === definitionId.toLowerCase());
}

function oneBuiltIn(name: string): ArmReply {
  const found = builtInDefinitions().find((one) => one.name === name.toLowerCase());
  return found
    ? ok({ ...found })
    : refused(refuse(404, 'PolicyDefinitionNotFound', `The policy definition '${name}' could not be found.`));
}
