import type { TokenCredential } from '@azure/core-auth';
import { NAME_RULES } from '../../domain/name-rules.ts';
import type { AllowedOrigins } from '../../outbound/terms.ts';
import { UserError } from '../../shared/errors.ts';

/** How a storage account is reached: by connection string, or by its blob address and an identity. */
export type StorageConnection =
  | { readonly connectionString: string }
  | (StorageAddress & { readonly credential: TokenCredential });

/** Where the blobs are, and where the identity's token may go: known apart from the address, whose account a configuration may name. */
interface StorageAddress {
  readonly serviceUrl: string;
  readonly origins: AllowedOrigins;
}

/** Where a connection is to be found among the settings of a process; undefined when none is given. */
export type ConnectionSetting = { readonly connectionString: string } | StorageAddress;

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
  if (serviceUrl) return checkedAddress(serviceUrl, `${name}__blobServiceUri`);
  const account = settings[`${name}__accountName`];
  return account ? accountAddress(account, suffix, `${name}__accountName`) : undefined;
}

/**
 * @param named where the account is named, for people
 * @throws UserError `storage_setting_invalid` for what is no name: a slash in it would lead to another host
 */
export function accountAddress(account: string, suffix: string, named: string): StorageAddress {
  const { pattern, allowed } = NAME_RULES.storageAccount;
  if (pattern.test(account)) {
    return { serviceUrl: `https://${account}.blob.${suffix}`, origins: [`https://*.blob.${suffix}`] };
  }
  throw new UserError(`${named} is ${JSON.stringify(account)}; allowed: ${allowed}.`, {
    code: 'storage_setting_invalid',
    hint: 'Write the name of the account alone, without https:// and without its domain.',
  });
}

/** An address that whoever runs this process chose: the token goes there, and nowhere else. */
function checkedAddress(text: string, name: string): StorageAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // An address with a signature in it would end up in messages.
  if (url && ['https:', 'http:'].includes(url.protocol) && url.search === '')
    return { serviceUrl: text.replace(/\/+$/, ''), origins: [url.origin] };
  throw new UserError(`${name} must be the address of a blob service, without a query.`, {
    code: 'storage_setting_invalid',
    hint: 'For example https://<account>.blob.core.windows.net',
  });
}
