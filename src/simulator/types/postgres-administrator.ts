import { setOutputs } from '../arm/lifecycle.ts';
import type { ResourceType } from '../arm/resource-type.ts';

/** Who of the directory may sign in as administrator of a server; named by object id. */
export const postgresAdministrator: ResourceType = {
  type: 'Microsoft.DBforPostgreSQL/flexibleServers/administrators',
  apiVersions: ['2025-08-01'],
  name: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  listed: false,
  withoutLocation: true,
  withoutProvisioningState: true,
  style: 'status',
  exclusiveOn: 'parent',
  busyCode: 'ServerIsBusy',
  seconds: { create: 45, update: 45, delete: 30 },
  apply({ resource, name, world }) {
    setOutputs(resource, { objectId: name, tenantId: world.state.tenantId });
    return undefined;
  },
};
