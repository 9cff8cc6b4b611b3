import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import type { DeletedResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { type ArmReply, type ArmRequest, ok } from '../message.ts';

/**
 * Workspaces that were deleted and can still be recovered, of a subscription or a group
 * (https://learn.microsoft.com/rest/api/loganalytics/deleted-workspaces).
 *
 * @param rest of the path, from the subscription on
 */
export function answerDeletedWorkspaces({ state }: World, { method }: ArmRequest, rest: string): ArmReply | undefined {
  const [path, group = ''] =
    /^(\/resourceGroups\/[^/]+)?\/providers\/Microsoft\.OperationalInsights\/deletedWorkspaces$/i.exec(rest) ?? [];
  if (path === undefined || method !== 'GET') return undefined;
  const prefix = `/subscriptions/${state.subscriptionId}${group}/`.toLowerCase();
  const found = Object.entries(state.deletedWorkspaces).filter(([id]) => id.startsWith(prefix));
  return ok({ value: found.map(([, one]) => view(one)) });
}

function view({ resource: { id, name, type, body } }: DeletedResource): JsonObject {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  return { ...body, id, name, type, properties: { ...properties, provisioningState: 'Succeeded' } };
}
