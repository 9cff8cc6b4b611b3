import type { ContainerSettings, ServiceContainers } from '../../domain/config/service/service-containers.ts';
import type { JsonObject } from '../../shared/json.ts';
import { secretRef } from './workload.ts';

/**
 * Folders of a replica, empty at first or with secrets as files; absent where there is none:
 * https://learn.microsoft.com/azure/container-apps/storage-mounts and
 * https://learn.microsoft.com/azure/container-apps/manage-secrets#secrets-volume-mounts.
 */
export function volumesOf({ volumes = {} }: ServiceContainers): { readonly volumes?: JsonObject[] } {
  const made = Object.entries(volumes).map(([name, { secrets }]): JsonObject => {
    if (!secrets) return { name, storageType: 'EmptyDir' };
    const files = Object.entries(secrets).map(([path, secret]) => ({ secretRef: secretRef(secret), path }));
    return { name, storageType: 'Secret', secrets: files };
  });
  return made.length === 0 ? {} : { volumes: made };
}

export function volumeMounts({ mounts = {} }: ContainerSettings): { readonly volumeMounts?: JsonObject[] } {
  const made = Object.entries(mounts).map(([mountPath, volumeName]) => ({ volumeName, mountPath }));
  return made.length === 0 ? {} : { volumeMounts: made };
}
