import type { TokenCredential } from '@azure/core-auth';
import { UserError } from '../../shared/errors.ts';

/** How a storage account is reached: by connection string, or by its blob address and an identity. */
export type StorageConnection =
  | { readonly connectionString: string }
  | { readonly serviceUrl: string; readonly credential: TokenCredential };

/** Where a connection is to be found among the settings of a process; undefined when none is given. */
export type ConnectionSetting = { readonly connectionString: string } | { readonly serviceUrl: string };

/**
 * Reads a connection as the Functions host reads those of its bindings: the setting itself is a connection string,
 * `<name>__blobServiceUri` or `<name>__accountName` mean the identity of the process.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-blob-trigger#connections
 *
 * @param suffix the cloud's suffix of storage accounts, `core.windows.net`
 */
export function connectionSetting(
  settings: Readonly<Record<string, string | undefined>>,
  name: string,
  suffix: string,
): ConnectionSetting | undefined {
  const connectionString = settings[name];
  if (connectionString) return { connectionString };
  const serviceUrl = settings[`${name}__blobServiceUri`];
  if (serviceUrl) return { serviceUrl: checkedUrl(serviceUrl, `${name}__blobServiceUri`) };
  const account = settings[`${name}__accountName`];
  return account ? { serviceUrl: accountUrl(account, suffix) } : undefined;
}

export function accountUrl(account: string, suffix: string): string {
  return `https://${account}.blob.${suffix}`;
}

function checkedUrl(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // An address with a signature in it would end up in messages.
  if (url && ['https:', 'http:'].includes(url.protocol) && url.search === '') return text.replace(/\/+$/, '');
  throw new UserError(`${name} must be the address of a blob service, without a query.`, {
    code: 'storage_setting_invalid',
    hint: 'For example https://<account>.blob.core.windows.net',
  });
}
