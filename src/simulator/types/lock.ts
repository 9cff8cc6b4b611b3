import type { ResourceType } from '../arm/resource-type.ts';

/** `CanNotDelete` or `ReadOnly` on a subscription, group or resource; `arm/locks.ts` is what they do. */
export const managementLock: ResourceType = {
  type: 'Microsoft.Authorization/locks',
  apiVersions: ['2020-05-01', '2016-09-01'],
  name: /^[^<>%&:\\?/]{1,90}$/,
  extension: true,
  withoutLocation: true,
  withoutProvisioningState: true,
  listed: false,
  style: 'sync',
  seconds: { create: 1, update: 1, delete: 0 },
};
