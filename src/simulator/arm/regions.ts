import type { JsonObject } from '../../shared/json.ts';
import { regionDisplayNames } from '../container-apps/locations.ts';
import type { World } from '../world.ts';

/** `/subscriptions/{id}/locations` (https://learn.microsoft.com/rest/api/resources/subscriptions/list-locations). */
export function regionList({ state }: World): JsonObject[] {
  return regionDisplayNames().map((displayName) => {
    const name = displayName.toLowerCase().replaceAll(' ', '');
    return {
      id: `/subscriptions/${state.subscriptionId}/locations/${name}`,
      name,
      type: 'Region',
      displayName,
      regionalDisplayName: displayName,
      metadata: { regionType: 'Physical' },
    };
  });
}
