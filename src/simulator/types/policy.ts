import { type JsonObject, jsonAt } from '../../shared/json.ts';
import { setOutputs } from '../arm/lifecycle.ts';
import type { ResourceType } from '../arm/resource-type.ts';
import { ASSIGNMENT_TYPE, scopeOf } from '../policy/assignments.ts';
import { notUnderstood } from '../policy/condition.ts';
import { DEFINITION_TYPE, definitionOf, SET_TYPE } from '../policy/definitions.ts';
import { refuse } from '../refusal.ts';
import type { World } from '../world.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftauthorization */
const common = {
  apiVersions: ['2025-03-01', '2025-01-01', '2023-04-01', '2021-06-01', '2020-09-01'],
  withoutProvisioningState: true,
  listed: false,
  style: 'sync',
  seconds: { create: 1, update: 1, delete: 0 },
  deletionAnswersBody: true,
} as const;

/** What is forbidden or demanded at a scope and below it; of all effects only `denyAction` is carried out. */
export const policyAssignment: ResourceType = {
  ...common,
  type: ASSIGNMENT_TYPE,
  name: /^[^#<>*%&:?.+\\/]{1,128}$/,
  extension: true,
  check: ({ world, body }) => missingDefinition(world, String(jsonAt(body, 'properties.policyDefinitionId') ?? '')),
  apply({ resource, id }) {
    setOutputs(resource, { scope: scopeOf(id) });
    return undefined;
  },
};

export const policyDefinition: ResourceType = {
  ...common,
  type: DEFINITION_TYPE,
  name: /^[^#<>%&\\?/]{1,128}$/,
  withoutLocation: true,
  check: ({ body }) => ruleProblem(body),
};

/** Also called an initiative: several definitions in one. */
export const policySetDefinition: ResourceType = {
  ...common,
  type: SET_TYPE,
  name: /^[^#<>%&\\?/]{1,128}$/,
  withoutLocation: true,
  check({ world, body }) {
    const members = jsonAt(body, 'properties.policyDefinitions');
    if (!Array.isArray(members) || members.length === 0) {
      return refuse(400, 'InvalidPolicySetDefinitionRequest', 'An initiative needs policy definitions.');
    }
    const missing = members.map((one) => missingDefinition(world, String(jsonAt(one, 'policyDefinitionId') ?? '')));
    return missing.find((one) => one !== undefined);
  },
};

function missingDefinition(world: World, id: string) {
  return definitionOf(world, id)
    ? undefined
    : refuse(404, 'PolicyDefinitionNotFound', `The policy definition '${id.split('/').at(-1)}' could not be found.`);
}

/** A rule that would hold for nothing because it is not understood is refused: it protects nothing. */
function ruleProblem(body: JsonObject) {
  const unknown = notUnderstood(jsonAt(body, 'properties.policyRule.if'));
  if (unknown === undefined && jsonAt(body, 'properties.policyRule.then.effect') !== undefined) return undefined;
  return refuse(400, 'InvalidPolicyRule', `The policy rule is invalid: ${unknown ?? 'it has no effect'}.`);
}
