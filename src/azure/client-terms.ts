import { type ClientTerms, THIS_MACHINE } from '../outbound/terms.ts';
import type { TimeLimits } from '../outbound/time-limits.ts';
import type { CloudEndpoints } from './ports.ts';

/**
 * To whom each client of ours speaks in a cloud. Answers of Azure, the state and the configuration name vaults, registries and
 * addresses of logs; a token for one of them goes to hosts of that service only.
 */
export function managementTerms({ resourceManager }: CloudEndpoints): ClientTerms {
  return { origins: [resourceManager] };
}

export function vaultTerms({ keyVaultSuffix }: CloudEndpoints): ClientTerms {
  return { origins: [below(keyVaultSuffix)] };
}

export function registryTerms({ registrySuffix }: CloudEndpoints): ClientTerms {
  return { origins: [below(registrySuffix)] };
}

/**
 * Blobs that a registry lends for sources and logs, in accounts of Microsoft's own; with zones of names since 2022.
 * https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints
 */
export function lentBlobTerms({ name, storageSuffix }: CloudEndpoints): ClientTerms {
  const zones = name === 'AzureCloud' ? [below('.blob.storage.azure.net')] : [];
  return { origins: [below(`.blob.${storageSuffix}`), ...zones], limits: LARGE_BLOBS };
}

/** Apps, and the hosts of their deployments, beside them or in zones of names of a region. */
export function siteTerms({ sitesSuffix }: CloudEndpoints): ClientTerms {
  return { origins: [below(sitesSuffix)], limits: ARCHIVES };
}

export function logStreamTerms({ logStreamSuffix }: CloudEndpoints): ClientTerms {
  return { origins: logStreamSuffix === undefined ? [] : [below(logStreamSuffix)] };
}

/** One that goes on for as long as the container does; who writes nothing for a while is asked again. */
export function followedLogTerms(cloud: CloudEndpoints): ClientTerms {
  return { ...logStreamTerms(cloud), limits: FOLLOWED };
}

export function logQueryTerms({ logAnalytics }: CloudEndpoints): ClientTerms {
  return { origins: [logAnalytics.origin] };
}

/**
 * Entra, whose public cloud also tells of the others, and the services for managed identities, which answer on the machine or its link.
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 */
export function signInTerms({ authority, signIn }: CloudEndpoints): ClientTerms {
  return { origins: [authority, signIn, 'https://login.microsoftonline.com', THIS_MACHINE] };
}

/** Sources may be as large as a disk, and a line slow: they end when nothing goes on. */
const LARGE_BLOBS: Partial<TimeLimits> = { whole: 3600 };

/** Seconds between two lines, and of one connection. */
const FOLLOWED: Partial<TimeLimits> = { idle: 600, leastBytes: 1, whole: 86_400 };

/** The host answers once it has the whole of an archive. */
const ARCHIVES: Partial<TimeLimits> = { firstByte: 300, whole: 900 };

function below(suffix: string): string {
  return `https://*${suffix}`;
}
