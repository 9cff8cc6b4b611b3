import { isJsonObject, type JsonObject, jsonAt } from '../../../shared/json.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import type { ResourceType, Write } from '../../arm/resource-type.ts';
import { APP_API_VERSIONS } from '../../container-apps/api-versions.ts';
import type { ManagedEnvironment } from '../../container-apps/model.ts';
import { isActive } from '../../container-apps/revision.ts';
import { isReadableSecret } from '../../container-apps/secret-references.ts';
import { fileVolumes } from '../../container-apps/volumes/mounts.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { revisionsOf } from '../container-app.ts';
import { environmentIdOf } from '../workload.ts';

/**
 * Shares that apps and jobs of an environment can mount
 * (https://learn.microsoft.com/rest/api/containerapps/managed-environments-storages). Whether account, key and share are right is not
 * asked here: https://github.com/microsoft/azure-container-apps/issues/774 has one of a share that was not there. Names:
 * https://github.com/hashicorp/terraform-provider-azurerm/blob/main/internal/services/containerapps/validate/validate.go
 */
export const environmentStorage: ResourceType = {
  type: 'Microsoft.App/managedEnvironments/storages',
  apiVersions: APP_API_VERSIONS,
  name: /^(?=.{1,32}$)[a-z](?:[a-z0-9]|-(?!-))*(?<!-)$/,
  nameError: 'ManagedEnvironmentStorageInvalidName',
  listed: false,
  withoutLocation: true,
  withoutProvisioningState: true,
  style: 'sync',
  createdAs200: true,
  seconds: { create: 1, update: 1, delete: 0 },
  writeOnly: ['properties.azureFile.accountKey'],
  check: (write) => kindProblem(write) ?? smbProblem(write) ?? nfsProblem(write),
  apply({ resource, sent }) {
    const key = jsonAt(sent, 'properties.azureFile.accountKey');
    const { accountKey: _, ...rest } = resource.extra;
    resource.extra = typeof key === 'string' ? { ...rest, accountKey: key } : rest;
    return undefined;
  },
  checkDelete: (resource, world) =>
    isUsed(resource, world)
      ? // The words: https://github.com/microsoft/azure-container-apps/issues/774, which has no code.
        refuse(
          409,
          'ManagedEnvironmentStorageInUse',
          `Cannot delete Managed environment storage '${resource.name}' because it's still in use.`,
        )
      : undefined,
};

function invalid(details: string): Refusal {
  return refuse(400, 'ManagedEnvironmentStorageInvalid', `The storage is invalid: ${details}.`);
}

/** What a version of the API does not have, by the resource types of https://github.com/Azure/bicep-types-az. */
function kindProblem({ body, apiVersion }: Write): Refusal | undefined {
  const { azureFile, nfsAzureFile } = propertiesOf(body);
  const hasNfs = apiVersion >= '2023-11-02-preview' && apiVersion !== '2024-03-01';
  const hasReferences = apiVersion >= '2025-02-02-preview';
  const unknown = [
    ['nfsAzureFile', nfsAzureFile !== undefined && !hasNfs] as const,
    [
      'accountKeyVaultProperties',
      jsonAt(azureFile ?? {}, 'accountKeyVaultProperties') !== undefined && !hasReferences,
    ] as const,
  ].find(([, isTooNew]) => isTooNew);
  if (unknown) {
    return refuse(
      400,
      'InvalidRequestContent',
      `The request content was invalid: '${unknown[0]}' is no member in API version '${apiVersion}'.`,
    );
  }
  return isJsonObject(azureFile) === isJsonObject(nfsAzureFile)
    ? invalid('exactly one of azureFile and nfsAzureFile is needed')
    : undefined;
}

/** A key is never answered, so that what GET answered lacks it; as with secrets of apps, it is kept for nobody. */
function smbProblem({ world, id, body, sent }: Write): Refusal | undefined {
  const { azureFile } = propertiesOf(body);
  if (!isJsonObject(azureFile)) return undefined;
  const missing = missingMember(azureFile, ['accountName', 'shareName', 'accessMode']);
  if (missing) return missing;
  const key = jsonAt(sent, 'properties.azureFile.accountKey');
  const reference = azureFile.accountKeyVaultProperties;
  if (isJsonObject(reference)) return referenceProblem(world, id, reference);
  return typeof key === 'string' && key !== ''
    ? undefined
    : invalid('accountKey or accountKeyVaultProperties is needed');
}

function referenceProblem(world: World, id: string, { identity, keyVaultUrl }: JsonObject): Refusal | undefined {
  const environment = world.resource(id.replace(/\/storages\/[^/]+$/i, ''));
  const assigned = jsonAt(environment?.body ?? {}, 'identity.userAssignedIdentities');
  const isAssigned =
    isJsonObject(assigned) && Object.keys(assigned).some((one) => one.toLowerCase() === String(identity).toLowerCase());
  if (!isAssigned) return invalid(`identity '${String(identity)}' is not assigned to the environment`);
  const secret = { name: 'accountKey', keyVaultUrl: String(keyVaultUrl), identity: String(identity) };
  return isReadableSecret(world.cloud(), secret, environment?.body as unknown as ManagedEnvironment)
    ? undefined
    : invalid(`unable to fetch '${String(keyVaultUrl)}' using Managed identity '${String(identity)}'`);
}

function nfsProblem({ body }: Write): Refusal | undefined {
  const { nfsAzureFile } = propertiesOf(body);
  if (!isJsonObject(nfsAzureFile)) return undefined;
  const missing = missingMember(nfsAzureFile, ['server', 'shareName', 'accessMode']);
  if (missing) return missing;
  // `/account/share`: https://learn.microsoft.com/azure/container-apps/storage-mounts#configuration-1
  return String(nfsAzureFile.shareName).startsWith('/') ? undefined : invalid('shareName must begin with a slash');
}

function missingMember(value: JsonObject, names: readonly string[]): Refusal | undefined {
  const missing = names.find((name) => value[name] === undefined || value[name] === '');
  return missing === undefined ? undefined : invalid(`${missing} is needed`);
}

/** By the newest template of an app or a job, or by a revision that is still active. */
function isUsed({ id, name }: StoredResource, world: World): boolean {
  const environment = id.replace(/\/storages\/[^/]+$/i, '').toLowerCase();
  const names = (template: JsonObject): boolean => fileVolumes(template).some((one) => one.storageName === name);
  const here = (type: string) =>
    world.resourcesOfType(type).filter(({ body }) => environmentIdOf(body) === environment);
  const own = [...here('Microsoft.App/containerApps'), ...here('Microsoft.App/jobs')].flatMap(({ body }) => {
    const { template } = propertiesOf(body);
    return isJsonObject(template) ? [template] : [];
  });
  const active = here('Microsoft.App/containerApps').flatMap((app) => {
    const set = revisionsOf(app, world);
    return set.records.filter((record) => isActive(set, record)).map(({ template }) => template);
  });
  return [...own, ...active].some(names);
}
