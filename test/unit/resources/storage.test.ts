import { describe, expect, it } from 'vitest';
import { createDatabases } from '../../../src/activities/create-databases.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { containerApp } from '../../../src/resources/container-app.ts';
import { containerAppsEnvironment } from '../../../src/resources/container-apps-environment.ts';
import { environmentStorages } from '../../../src/resources/storage/environment-storage.ts';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { withChosenServices, withSharesByNfs } from '../../helpers/chosen-services.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { desireInput } from '../../helpers/desire-input.ts';

const KEY = 'https://shop-kv.vault.azure.net/secrets/STORAGE-ACCOUNT-KEY/';

function input(config: DeploymentConfig, version = 'v1') {
  const outputs = {
    'secret.STORAGE-ACCOUNT-KEY': `${KEY}${version}`,
    'secret.TOKEN': 'https://shop-kv.vault.azure.net/secrets/TOKEN/t1',
    identityId: '/subscriptions/sub/resourceGroups/shop-rg/providers/x/shop-identity',
    storageFileEndpoint: 'https://shopnfs.file.core.windows.net/',
    environmentId: '/env',
    loginServer: 'shopacr.azurecr.io',
    'image.shop': 'shopacr.azurecr.io/shop@sha256:1',
    defaultDomain: 'shop.azurecontainerapps.io',
  };
  return { ...desireInput(outputs), config };
}

const smb = withChosenServices(deploymentConfig());
const nfs = withSharesByNfs(deploymentConfig());

function bodyOf(config: DeploymentConfig, key: string): JsonObject {
  const without = { ...config, unasked: { postgresql: 'absent', redis: 'absent' } } as const;
  const found = createDatabases.desire(input(without)).find((one) => one.key === key);
  if (!found) throw new Error(`there is no ${key}`);
  return found.body;
}

function volumesOf(config: DeploymentConfig, key: string, version?: string) {
  const { application, infrastructure } = config.services;
  const service = [...application, ...infrastructure].find((one) => one.key === key);
  if (!service) throw new Error(`there is no ${key}`);
  const volumes = jsonAt(containerApp(input(config, version), service).body, 'properties.template.volumes');
  return volumes as readonly JsonObject[];
}

describe('a storage account', () => {
  it('takes encrypted connections only and opens no blob to anybody', () => {
    expect(bodyOf(smb, 'storage')).toMatchObject({
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      properties: { minimumTlsVersion: 'TLS1_2', supportsHttpsTrafficOnly: true, allowBlobPublicAccess: false },
    });
    expect(bodyOf(smb, 'storage:container:uploads')).toEqual({ properties: { publicAccess: 'None' } });
  });

  it('has large shares where one is, and its key where one is mounted with it', () => {
    expect(bodyOf(smb, 'storage').properties).toMatchObject({
      largeFileSharesState: 'Enabled',
      allowSharedKeyAccess: true,
    });
    const plain = withoutMounts(smb);
    expect(bodyOf(plain, 'storage').properties).not.toHaveProperty('allowSharedKeyAccess');
  });

  it('is one for files alone where shares are reached by NFS, which asks nobody, so that one network is let in', () => {
    const { kind, properties } = bodyOf(nfs, 'storage');
    expect(kind).toBe('FileStorage');
    expect(properties).toMatchObject({
      supportsHttpsTrafficOnly: false,
      networkAcls: {
        defaultAction: 'Deny',
        virtualNetworkRules: [{ id: nfs.containerApps.subnet ?? '', action: 'Allow' }],
      },
    });
    expect(properties).not.toHaveProperty('allowSharedKeyAccess');
    expect(bodyOf(nfs, 'storage:share:broker')).toEqual({ properties: { shareQuota: 100, enabledProtocols: 'NFS' } });
  });
});

describe('a share that is mounted', () => {
  it('is known to the environment by the address of its key in the vault, once for each way of mounting it', () => {
    const [media, readOnly, ...others] = environmentStorages(input(smb));
    expect(others).toEqual([]);
    const azureFile = { accountName: 'shopfiles', shareName: 'media' };
    expect(media?.body).toEqual({
      properties: {
        azureFile: {
          ...azureFile,
          accessMode: 'ReadWrite',
          accountKeyVaultProperties: { identity: expect.stringContaining('shop-identity'), keyVaultUrl: `${KEY}v1` },
        },
      },
    });
    expect(readOnly?.body).toMatchObject({ properties: { azureFile: { ...azureFile, accessMode: 'ReadOnly' } } });
    expect(containerAppsEnvironment(input(smb)).body).toMatchObject({ identity: { type: 'UserAssigned' } });
  });

  it('is another mount with another key, since Azure changes none of one, and what mounts it has another body', () => {
    const names = (version: string) => environmentStorages(input(smb, version)).map(({ id }) => id.split('/').at(-1));
    expect(new Set([...names('v1'), ...names('v2')]).size).toBe(4);
    expect(volumesOf(smb, 'shop', 'v1')).not.toEqual(volumesOf(smb, 'shop', 'v2'));
    const mounted = volumesOf(smb, 'shop').flatMap(({ storageName }) => storageName ?? []);
    expect(mounted).toEqual(names('v1'));
    for (const name of names('v1')) expect(name).toMatch(environmentStorages(input(smb))[0]?.kind.name.pattern ?? /$^/);
  });

  it('is mounted by NFS from the host of the files, without a key', () => {
    const [broker, ...others] = environmentStorages(input(nfs));
    expect(others).toEqual([]);
    expect(broker?.body).toEqual({
      properties: {
        nfsAzureFile: {
          server: 'shopnfs.file.core.windows.net',
          shareName: '/shopnfs/broker',
          accessMode: 'ReadWrite',
        },
      },
    });
    expect(volumesOf(nfs, 'broker')).toEqual([
      { name: 'data', storageType: 'NfsAzureFile', storageName: broker?.id.split('/').at(-1) },
    ]);
    const environment = containerAppsEnvironment(input(nfs)).body;
    expect(environment).not.toHaveProperty('identity');
    expect(jsonAt(environment, 'properties.vnetConfiguration')).toEqual({
      infrastructureSubnetId: nfs.containerApps.subnet,
    });
  });
});

function withoutMounts(config: DeploymentConfig): DeploymentConfig {
  return { ...config, services: { infrastructure: [], application: [] }, jobs: [] };
}
