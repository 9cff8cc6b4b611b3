import { propertiesOf } from '../../arm/resource-body.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import { refuse } from '../../refusal.ts';
import { ACCOUNT, accountAbove } from '../../storage/account.ts';
import { dropContainer } from '../../storage/blobs/blob-content.ts';
import { beginGoing, contentProblem } from './contents.ts';
import { child } from './service.ts';

export const blobContainer: ResourceType = {
  ...child,
  type: `${ACCOUNT}/blobServices/containers`,
  // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
  name: /^(?:(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*|\$root|\$web)$/,
  seconds: { create: 1, update: 1, delete: 0 },
  check({ world, id, body, before }) {
    const problem = before ? undefined : contentProblem(world, id, 'blob', 'container', 'ContainerOperationFailure');
    if (problem) return problem;
    const { publicAccess = 'None' } = propertiesOf(body);
    const account = propertiesOf(accountAbove(world, id)?.body ?? {});
    // https://github.com/Azure/azure-rest-api-specs/issues/11331
    return publicAccess !== 'None' && account.allowBlobPublicAccess !== true
      ? refuse(409, 'PublicAccessNotPermitted', 'Public access is not permitted on this storage account.')
      : undefined;
  },
  defaults: ({ updatedAt }) => ({
    properties: {
      publicAccess: 'None',
      leaseStatus: 'Unlocked',
      leaseState: 'Available',
      lastModifiedTime: updatedAt,
      hasImmutabilityPolicy: false,
      hasLegalHold: false,
    },
  }),
  remove(resource, world) {
    beginGoing(resource, world);
    dropContainer(world, resource.id);
  },
};
