import { isJsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import type { Cloud } from './cloud.ts';
import { refusal, type Workload } from './model.ts';
import { assignedIdentities } from './template-rules.ts';

/** The Entra object id of a user-assigned identity; undefined when there is no such identity. */
export function principalId(cloud: Cloud, identity: string): string | undefined {
  const properties = cloud.resource(identity)?.body.properties;
  return isJsonObject(properties) && typeof properties.principalId === 'string' ? properties.principalId : undefined;
}

/** Every assigned identity must exist. */
export function identityProblem(cloud: Cloud, id: string, workload: Workload): Refusal | undefined {
  for (const identity of assignedIdentities(workload)) {
    if (principalId(cloud, identity) !== undefined) continue;
    return refusal(
      'FailedIdentityOperation',
      `Identity operation for resource '${id}' failed with error 'Failed to perform resource identity operation. Status: 'NotFound'. Response: 'Resource '${identity}' was not found.''.`,
    );
  }
  return undefined;
}
