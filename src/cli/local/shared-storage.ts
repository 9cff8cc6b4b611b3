import { cloudEndpoints } from '../../azure/clouds.ts';
import { defaultCredential } from '../../azure/credentials.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { createTransport } from '../../outbound/transport.ts';
import { UserError } from '../../shared/errors.ts';
import { accountAddress, type ConnectionSetting, connectionSetting } from '../../state/blob/connection.ts';
import { openBlobStorage } from '../../state/blob/storage.ts';
import type { DeploymentStorage } from '../../state/ports.ts';

/**
 * The storage that this machine shares with CI and with the Functions app: by `DEPLOYMENT_STORAGE` (a connection string),
 * by `DEPLOYMENT_STORAGE__blobServiceUri`, or by the account that the configuration names, both with the identity at hand.
 */
export async function openSharedStorage(
  stateBlob: DeploymentConfig['advanced']['stateBlob'] | undefined,
): Promise<DeploymentStorage> {
  const cloud = cloudEndpoints(process.env.AZURE_CLOUD ?? 'AzureCloud');
  const setting =
    connectionSetting(process.env, 'DEPLOYMENT_STORAGE', cloud.storageSuffix) ??
    accountSetting(stateBlob?.account, cloud.storageSuffix);
  const identity = async () => ({ credential: await defaultCredential(cloud, createTransport()) });
  const connection = 'serviceUrl' in setting ? { ...setting, ...(await identity()) } : setting;
  return openBlobStorage(connection, stateBlob && { container: stateBlob.container, stateBlobName: stateBlob.name });
}

function accountSetting(account: string | undefined, suffix: string): ConnectionSetting {
  if (account !== undefined) return accountAddress(account, suffix, 'advanced.state_blob_account');
  throw new UserError('The state is to be kept in blob storage, and no storage account is named.', {
    code: 'storage_missing',
    hint: 'Set DEPLOYMENT_STORAGE to a connection string, or advanced.state_blob_account to the account’s name.',
  });
}
