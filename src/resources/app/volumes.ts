import type { ContainerSettings, ServiceContainers } from '../../domain/config/service/service-containers.ts';
import { type ShareVolume, shareVolumesOf } from '../../domain/config/service/service-shares.ts';
import type { DesireInput } from '../../domain/desired.ts';
import type { JsonObject } from '../../shared/json.ts';
import { isNfs, storageName } from '../storage/environment-storage.ts';
import { secretRef } from './workload.ts';

/**
 * Folders of a replica, empty at first, with secrets as files, or file shares; absent where there is none:
 * https://learn.microsoft.com/azure/container-apps/storage-mounts and
 * https://learn.microsoft.com/azure/container-apps/manage-secrets#secrets-volume-mounts.
 */
export function volumesOf(
  input: DesireInput,
  { volumes = {} }: ServiceContainers,
): { readonly volumes?: JsonObject[] } {
  const shares = new Map(shareVolumesOf({ volumes }).map((share) => [share.volume, share]));
  const made = Object.entries(volumes).map(([name, { secrets }]): JsonObject => {
    const share = shares.get(name);
    if (share) return { name, ...shareVolume(input, share) };
    if (!secrets) return { name, storageType: 'EmptyDir' };
    const files = Object.entries(secrets).map(([path, secret]) => ({ secretRef: secretRef(secret), path }));
    return { name, storageType: 'Secret', secrets: files };
  });
  return made.length === 0 ? {} : { volumes: made };
}

/** https://learn.microsoft.com/azure/container-apps/storage-mounts-azure-files */
function shareVolume(input: DesireInput, share: ShareVolume): JsonObject {
  return {
    storageType: isNfs(input, share) ? 'NfsAzureFile' : 'AzureFile',
    storageName: storageName(input, share),
    ...(share.mountOptions !== undefined && { mountOptions: share.mountOptions }),
  };
}

export function volumeMounts({ mounts = {} }: ContainerSettings): { readonly volumeMounts?: JsonObject[] } {
  const made = Object.entries(mounts).map(([mountPath, volumeName]) => ({ volumeName, mountPath }));
  return made.length === 0 ? {} : { volumeMounts: made };
}
