import type { JsonObject } from '../../../shared/json.ts';
import { type Refusal, refuse } from '../../refusal.ts';

/** Of what is everywhere: its location is `global`, which is no region, and must be sent. */
export function globalLocationProblem(type: string, { location }: JsonObject): Refusal | undefined {
  if (location === undefined) {
    return refuse(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  return String(location).toLowerCase() === 'global'
    ? undefined
    : refuse(
        400,
        'LocationNotAvailableForResourceType',
        `The provided location '${String(location)}' is not available for resource type '${type}'. List of available regions for the resource type is 'global'.`,
      );
}
