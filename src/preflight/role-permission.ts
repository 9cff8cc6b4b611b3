import { AzureError } from '../azure/errors.ts';
import { settleAll } from '../engine/settle.ts';
import type { StepContext } from '../engine/step.ts';
import type { Json, JsonObject } from '../shared/json.ts';

const ACTION = 'Microsoft.Authorization/roleAssignments/write';
const API_VERSION = '2022-04-01';

/**
 * Whether the deployer may write role assignments, on the subscription or on the group (Contributor may not).
 *
 * @returns a problem in one sentence; undefined when it may, or when Azure does not let us ask
 */
export async function roleAssignmentProblem(context: StepContext, subscription: string): Promise<string | undefined> {
  const scopes = [subscription, `${subscription}/resourceGroups/${context.config.azure.resourceGroup}`];
  const answers = await settleAll(scopes.map((scope) => permissionsAt(context, scope)));
  const known = answers.filter((permissions) => permissions !== undefined);
  if (known.length === 0) {
    context.log('warning', 'Azure does not tell what the deployer may do; whether it may assign roles shows later.');
    return undefined;
  }
  if (known.flat().some((permission) => allows(permission, ACTION))) return undefined;
  return `The deployer may not write role assignments (${ACTION}): it needs Owner, User Access Administrator or Role Based Access Control Administrator on the subscription or on ${context.config.azure.resourceGroup}.`;
}

/** Undefined: the scope does not exist, or its permissions may not be read. */
async function permissionsAt(context: StepContext, scope: string): Promise<readonly JsonObject[] | undefined> {
  try {
    return await context.azure.arm.list(`${scope}/providers/Microsoft.Authorization/permissions`, API_VERSION);
  } catch (error) {
    if (error instanceof AzureError && (error.statusCode === 404 || error.statusCode === 403)) return undefined;
    throw error;
  }
}

/** One permission set allows an action that its `actions` match and its `notActions` do not. */
export function allows({ actions, notActions }: JsonObject, action: string): boolean {
  return matches(actions, action) && !matches(notActions, action);
}

function matches(patterns: Json | undefined, action: string): boolean {
  if (!Array.isArray(patterns)) return false;
  return patterns.some((pattern) => typeof pattern === 'string' && wildcard(pattern).test(action));
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i');
}
