import { AzureError } from '../azure/errors.ts';
import { settleAll } from '../engine/settle.ts';
import type { StepContext } from '../engine/step.ts';
import type { KnownResource } from '../resources/kind.ts';
import type { Json, JsonObject } from '../shared/json.ts';

const API_VERSION = '2022-04-01';

/**
 * What the deployer may not do, on the subscription or on the group, that kinds of resources need beyond what a Contributor
 * may.
 *
 * @param subscription `/subscriptions/…`
 * @returns one sentence for each; none when Azure does not let us ask
 */
export async function permissionProblems(
  context: StepContext,
  subscription: string,
  desired: readonly KnownResource[],
): Promise<readonly string[]> {
  const needed = new Map(
    desired.flatMap(({ kind: { permission } }) => (permission ? [[permission.action, permission]] : [])),
  );
  if (needed.size === 0) return [];
  const scopes = [subscription, `${subscription}/resourceGroups/${context.config.azure.resourceGroup}`];
  const answers = await settleAll(scopes.map((scope) => permissionsAt(context, scope)));
  const known = answers.filter((permissions) => permissions !== undefined);
  if (known.length === 0) {
    context.log('warning', 'Azure does not tell what the deployer may do; whether it may assign roles shows later.');
    return [];
  }
  const group = context.config.azure.resourceGroup;
  return [...needed.values()]
    .filter(({ action }) => !known.flat().some((permission) => allows(permission, action)))
    .map(
      ({ action, title, roles }) =>
        `The deployer may not ${title} (${action}): it needs ${roles} on the subscription or on ${group}.`,
    );
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
