import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { ASSIGNMENT_TYPE, covers, scopeOf } from './assignments.ts';
import { holds } from './condition.ts';
import { type Rule, rulesOf } from './definitions.ts';

const GROUP_TYPE = 'Microsoft.Resources/resourceGroups';
/** What can always be taken away, so that nobody is locked out. */
const EXEMPT: readonly string[] = [ASSIGNMENT_TYPE, 'Microsoft.Authorization/locks'];

/**
 * Why a policy forbids the deletion of a resource, or of a group for what is in it
 * (https://learn.microsoft.com/azure/governance/policy/concepts/effect-deny-action). Children go with their parent.
 *
 * @param isIndexed whether resources of that type have a location and tags: policies of mode Indexed see no others
 */
export function deletionDenied(
  world: World,
  resource: StoredResource,
  isIndexed: (type: string) => boolean,
): Refusal | undefined {
  if (EXEMPT.includes(resource.type)) return undefined;
  const own = denialOf(world, resource, (rule) => isIndexed(resource.type) || rule.mode.toLowerCase() === 'all');
  if (own || resource.type !== GROUP_TYPE) return own;
  const prefix = `${resource.id.toLowerCase()}/`;
  for (const [id, member] of Object.entries(world.state.resources)) {
    if (!id.startsWith(prefix) || !isIndexed(member.type)) continue;
    const denial = denialOf(world, member, cascades);
    if (denial) return denial;
  }
  return undefined;
}

/** Of mode All none keeps a group; of mode Indexed those do that do not let it go. */
function cascades({ mode, details }: Rule): boolean {
  const behaviour = isJsonObject(details.cascadeBehaviors) ? details.cascadeBehaviors.resourceGroup : undefined;
  return mode.toLowerCase() === 'indexed' && String(behaviour ?? 'deny').toLowerCase() === 'deny';
}

function denialOf(world: World, resource: StoredResource, applies: (rule: Rule) => boolean): Refusal | undefined {
  for (const assignment of world.resourcesOfType(ASSIGNMENT_TYPE)) {
    const { policyDefinitionId, parameters, enforcementMode, notScopes } = propertiesOf(assignment);
    const excluded = Array.isArray(notScopes) && notScopes.some((scope) => covers(String(scope), resource.id));
    const isEnforced = String(enforcementMode ?? 'Default').toLowerCase() !== 'donotenforce';
    if (!isEnforced || excluded || !covers(scopeOf(assignment.id), resource.id)) continue;
    const rules = rulesOf(world, String(policyDefinitionId), isJsonObject(parameters) ? parameters : {});
    const rule = rules.find((one) => deniesDeletion(one) && applies(one) && holds(one.condition, resource));
    if (rule) return denial(resource, assignment, rule);
  }
  return undefined;
}

function deniesDeletion({ effect, details }: Rule): boolean {
  const actions = Array.isArray(details.actionNames) ? details.actionNames : [];
  return effect.toLowerCase() === 'denyaction' && actions.some((one) => String(one).toLowerCase() === 'delete');
}

/** The words are those of a denied write: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-policy-requestdisallowedbypolicy. */
function denial(resource: StoredResource, assignment: StoredResource, rule: Rule): Refusal {
  const { displayName, nonComplianceMessages, parameters } = propertiesOf(assignment);
  const [told] = Array.isArray(nonComplianceMessages) ? nonComplianceMessages.filter(isJsonObject) : [];
  const reason = String(told?.message ?? displayName ?? rule.displayName);
  return {
    ...refuse(
      403,
      'RequestDisallowedByPolicy',
      `Resource '${resource.name}' was disallowed by policy. Reasons: '${reason}'. See error details for policy resource IDs.`,
    ),
    target: resource.name,
    additionalInfo: [
      {
        type: 'PolicyViolation',
        info: {
          policyDefinitionDisplayName: rule.displayName,
          policyDefinitionId: rule.id,
          policyDefinitionName: rule.name,
          policyDefinitionEffect: rule.effect,
          policyAssignmentId: assignment.id,
          policyAssignmentName: assignment.name,
          policyAssignmentDisplayName: displayName ?? assignment.name,
          policyAssignmentScope: scopeOf(assignment.id),
          policyAssignmentParameters: parameters ?? {},
        },
      },
    ],
  };
}

function propertiesOf({ body }: StoredResource): JsonObject {
  return isJsonObject(body.properties) ? body.properties : {};
}
