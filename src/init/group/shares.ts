import type { Json, JsonObject } from '../../shared/json.ts';
import { isJsonObject } from '../../shared/json.ts';
import { given } from './containers.ts';
import { type LiveGroup, Reading } from './live.ts';

/** Volumes that are file shares of the group's account, by the storages that the environment has of them; together with the others. */
export function volumesOfShares(app: Reading, keys: JsonObject, group: LiveGroup): JsonObject {
  const volumes: Record<string, Json> = isJsonObject(keys.volumes) ? { ...keys.volumes } : {};
  for (const volume of app.members('properties.template.volumes')) {
    if (!/AzureFile$/.test(volume.text('storageType') ?? '')) continue;
    const storage = storageNamed(group, volume.text('storageName') ?? '');
    const share = storage?.text('properties.azureFile.shareName') ?? storage?.text('properties.nfsAzureFile.shareName');
    if (share === undefined) continue;
    const mode =
      storage?.text('properties.azureFile.accessMode') ?? storage?.text('properties.nfsAzureFile.accessMode');
    volumes[volume.text('name') ?? ''] = {
      share: share.split('/').at(-1) ?? share,
      ...(mode === 'ReadOnly' && { read_only: true }),
      ...given('mount_options', volume.text('mountOptions')),
    };
  }
  return Object.keys(volumes).length > 0 ? { volumes } : {};
}

function storageNamed({ resources }: LiveGroup, name: string): Reading | undefined {
  const found = resources.find(
    (one) => one.type.toLowerCase() === 'microsoft.app/managedenvironments/storages' && one.name === name,
  );
  return found && new Reading(found.body);
}
