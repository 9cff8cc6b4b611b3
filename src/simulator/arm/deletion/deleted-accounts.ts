import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { refuse } from '../../refusal.ts';
import type { DeletedResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { type ArmReply, type ArmRequest, ok, refused } from '../message.ts';
import { accountPurgeDate } from './retention.ts';

/**
 * Accounts of Cognitive Services that were deleted and hold their names: all of a subscription, one of them, and its end for good
 * (https://learn.microsoft.com/rest/api/aiservices/accountmanagement/deleted-accounts).
 *
 * @param rest of the path, from the subscription on
 */
export function answerDeletedAccounts({ state }: World, { method }: ArmRequest, rest: string): ArmReply | undefined {
  if (method === 'GET' && /^\/providers\/Microsoft\.CognitiveServices\/deletedAccounts$/i.test(rest)) {
    return ok({ value: Object.values(state.deletedAccounts).map((one) => view(state.subscriptionId, one)) });
  }
  const [, location = '', group = '', name = ''] =
    /^\/providers\/Microsoft\.CognitiveServices\/locations\/([^/]+)\/resourceGroups\/([^/]+)\/deletedAccounts\/([^/]+)$/i.exec(
      rest,
    ) ?? [];
  if (name === '' || (method !== 'GET' && method !== 'DELETE')) return undefined;
  const id = `/subscriptions/${state.subscriptionId}/resourceGroups/${group}/providers/Microsoft.CognitiveServices/accounts/${name}`;
  const found = state.deletedAccounts[id.toLowerCase()];
  if (!found || plain(found.resource.body.location) !== plain(location)) {
    return method === 'DELETE'
      ? { status: 204 }
      : refused(refuse(404, 'ResourceNotFound', `The deleted account '${name}' was not found.`));
  }
  if (method === 'GET') return ok(view(state.subscriptionId, found));
  delete state.deletedAccounts[id.toLowerCase()];
  return { status: 200 };
}

function view(subscriptionId: string, deleted: DeletedResource): JsonObject {
  const { resource, deletedAt } = deleted;
  const { id, name, body } = resource;
  const [, group = ''] = /\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
  const location = plain(body.location);
  const properties = isJsonObject(body.properties) ? body.properties : {};
  return {
    ...body,
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.CognitiveServices/locations/${location}/resourceGroups/${group}/deletedAccounts/${name}`,
    name,
    type: 'Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts',
    properties: { ...properties, deletionDate: deletedAt, scheduledPurgeDate: accountPurgeDate(deleted) },
  };
}

function plain(location: unknown): string {
  return String(location).toLowerCase().replaceAll(' ', '');
}
