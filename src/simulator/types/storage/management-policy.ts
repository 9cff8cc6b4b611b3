import { isJsonObject } from '../../../shared/json.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import { refuse } from '../../refusal.ts';
import { ACCOUNT } from '../../storage/account.ts';
import { child } from './service.ts';

/**
 * The rules by which blobs go: https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview. They are kept and not
 * carried out: the shortest takes a day.
 */
export const managementPolicy: ResourceType = {
  ...child,
  type: `${ACCOUNT}/managementPolicies`,
  name: /^default$/,
  createdAs200: true,
  seconds: { create: 1, update: 1, delete: 0 },
  check({ body }) {
    const { policy } = propertiesOf(body);
    const rules = isJsonObject(policy) && Array.isArray(policy.rules) ? policy.rules.filter(isJsonObject) : [];
    const names = rules.map(({ name }) => String(name).toLowerCase());
    // https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure
    const isAmbiguous = new Set(names).size < names.length;
    return rules.length === 0 || rules.length > 100 || isAmbiguous
      ? refuse(400, 'InvalidRequestPropertyValue', 'The value of properties.policy.rules is invalid.')
      : undefined;
  },
  apply({ resource }) {
    resource.body = {
      ...resource.body,
      properties: { ...propertiesOf(resource.body), lastModifiedTime: resource.updatedAt },
    };
    return undefined;
  },
};
