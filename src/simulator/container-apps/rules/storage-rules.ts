import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import type { Refusal } from '../../refusal.ts';
import { environmentId } from '../app-rules.ts';
import type { Cloud } from '../cloud.ts';
import { invalidField, refusal, type Volume, type Workload } from '../model.ts';
import { fileVolumes, storageIdOf } from '../volumes/mounts.ts';

const MEMBERS = { AzureFile: 'azureFile', NfsAzureFile: 'nfsAzureFile' } as const;

/** Volumes that are shares name a storage of the environment, of their own kind. Whether it can be mounted is found out later. */
export function storagesProblem(cloud: Cloud, workload: Workload): Refusal | undefined {
  const environment = environmentId(workload) ?? '';
  const template = (workload.properties?.template ?? {}) as JsonObject;
  return fileVolumes(template)
    .map((volume) => storageProblem(cloud, environment, volume))
    .find((found) => found !== undefined);
}

/**
 * The first: https://github.com/DFE-Digital/terraform-azurerm-container-apps-hosting/pull/281. That the kinds must be the same:
 * https://learn.microsoft.com/azure/container-apps/storage-mounts#azure-files.
 */
function storageProblem(cloud: Cloud, environment: string, volume: Volume): Refusal | undefined {
  const { name = '', storageName = '', storageType = '' } = volume;
  const storage = storageName === '' ? undefined : cloud.resource(storageIdOf(environment, volume));
  if (!storage) {
    return refusal(
      'ManagedEnvironmentStorageNotFound',
      `Storage ${storageName} not found under managed environment`,
      404,
    );
  }
  const properties = isJsonObject(storage.body.properties) ? storage.body.properties : {};
  return properties[MEMBERS[storageType as keyof typeof MEMBERS]]
    ? undefined
    : invalidField(`template.volumes.${name}`, `Storage '${storageName}' is not of type '${storageType}'`);
}
