import { SecretName } from '../../domain/config/secrets.ts';
import { type ShareVolume, shareVolumesOf } from '../../domain/config/service/service-shares.ts';
import { workloads } from '../../domain/config/workloads.ts';
import type { DesiredResource, DesireInput } from '../../domain/desired.ts';
import { fileHost } from '../../domain/sections/storage-endpoints.ts';
import { hashJson, type JsonObject } from '../../shared/json.ts';
import { pageOfParent } from '../columns/portal.ts';
import { CONTAINER_APPS_ENVIRONMENT, containerAppsEnvironment } from '../container-apps-environment.ts';
import type { ResourceKind } from '../kind.ts';
import { storageOf } from './account.ts';

/**
 * A share as an environment knows it. Of one that exists Azure changes the key and nothing else
 * (https://github.com/microsoft/azure-container-apps/issues/1255), and after that new apps do not mount it
 * (https://github.com/microsoft/azure-container-apps/issues/1406): its name says what it is, so that another share, way or key is
 * another one, and what mounts it has a new revision.
 */
export const ENVIRONMENT_STORAGE: ResourceKind<'Microsoft.App/managedEnvironments/storages'> = {
  type: 'Microsoft.App/managedEnvironments/storages',
  apiVersion: CONTAINER_APPS_ENVIRONMENT.apiVersion,
  provider: CONTAINER_APPS_ENVIRONMENT.provider,
  ownership: 'child',
  listing: 'absent',
  // As https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/container_app_environment_storage takes it.
  name: { pattern: /^(?=.{1,32}$)[a-z]([a-z0-9]|-(?!-))*[a-z0-9]$/, allowed: 'the name of a storage' },
  uniqueName: null,
  availability: [],
  permission: null,
  holdsData: false,
  update: 'put',
  immutable: [],
  createOnly: [],
  settings: {},
  invariants: {},
  defaults: [],
  computed: ['properties'],
  timeoutInSeconds: 300,
  deletion: { how: 'request', softDeleted: null },
  cost: 'free',
  portalPage: pageOfParent('storage'),
};

type EnvironmentStorage = DesiredResource<typeof ENVIRONMENT_STORAGE>;

/** One for each share, and each way in which it is mounted. */
export function environmentStorages(input: DesireInput): readonly EnvironmentStorage[] {
  const mounted = workloads(input.config).flatMap(({ workload }) => shareVolumesOf(workload));
  const made = mounted.map((volume): readonly [string, EnvironmentStorage] => {
    const storage = environmentStorage(input, volume);
    return [storage.key, storage];
  });
  return [...new Map(made).values()];
}

function environmentStorage(input: DesireInput, volume: ShareVolume): EnvironmentStorage {
  const { share, isReadOnly } = volume;
  const name = storageName(input, volume);
  return {
    kind: ENVIRONMENT_STORAGE,
    key: `environment:share:${share}${isReadOnly ? ':read-only' : ''}`,
    title: `mount of the share ${share}${isReadOnly ? ', to be read only' : ''}`,
    id: `${containerAppsEnvironment(input).id}/storages/${name}`,
    body: { properties: mountOf(input, volume) },
  };
}

const SHOWN_LENGTH = 17;

/** At most 32 characters long: some of the share's name, and what tells it from all others. */
export function storageName(input: DesireInput, volume: ShareVolume): string {
  const shown = volume.share.slice(0, SHOWN_LENGTH).replace(/-+$/, '');
  return `share-${shown}-${hashJson(mountOf(input, volume)).slice(0, 8)}`;
}

export function isNfs({ config }: Pick<DesireInput, 'config'>, { share }: Pick<ShareVolume, 'share'>): boolean {
  return storageOf(config).shares[share]?.protocol === 'nfs';
}

/** https://learn.microsoft.com/azure/templates/microsoft.app/managedenvironments/storages */
function mountOf(input: DesireInput, volume: ShareVolume): JsonObject {
  const { account } = storageOf(input.config);
  const accessMode = volume.isReadOnly ? 'ReadOnly' : 'ReadWrite';
  if (isNfs(input, volume)) {
    return { nfsAzureFile: { server: fileHost(input), shareName: `/${account}/${volume.share}`, accessMode } };
  }
  const keyVaultUrl = input.outputs.read('secret', SecretName.storageKey);
  const accountKeyVaultProperties = { identity: input.outputs.read('identityId'), keyVaultUrl };
  return { azureFile: { accountName: account, shareName: volume.share, accessMode, accountKeyVaultProperties } };
}
