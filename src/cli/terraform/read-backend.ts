import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { outputsOfState, type ReadOutputs } from '../../domain/terraform/outputs.ts';
import { systemClock } from '../../shared/clock.ts';
import { UserError } from '../../shared/errors.ts';
import { accountAddress } from '../../state/blob/connection.ts';
import { openContainer } from '../../state/blob/container.ts';

/** As in the block `backend "azurerm"`: https://developer.hashicorp.com/terraform/language/backend/azurerm */
export interface BackendAddress {
  readonly storage_account_name: string;
  readonly container_name: string;
  readonly key: string;
  /** Absent: `default`. */
  readonly workspace?: string | null | undefined;
}

export interface BackendAccess {
  /** Of the cloud's storage accounts: `core.windows.net`. */
  readonly suffix: string;
  readonly credential: TokenCredential;
  readonly transport: HttpClient;
}

/**
 * Reads the state of a backend with an identity. A lease on the blob is the backend's lock: it keeps nobody from reading
 * (https://learn.microsoft.com/rest/api/storageservices/lease-blob), and is told.
 */
export async function readBackend(address: BackendAddress, access: BackendAccess): Promise<ReadOutputs> {
  const { storage_account_name: account, container_name: name, key, workspace } = address;
  const { suffix, credential, transport } = access;
  // The backend's own word for the states of other workspaces.
  const blob = !workspace || workspace === 'default' ? key : `${key}env:${workspace}`;
  try {
    const connection = { ...accountAddress(account, suffix, 'azurerm.storage_account_name'), credential };
    const container = openContainer(connection, name, { clock: systemClock, transport });
    const found = await container.read(blob);
    if (!found) return { ok: false, problem: `there is no blob ${blob} in ${container.location}` };
    const read = outputsOfState(found.text);
    if (!read.ok) return { ok: false, problem: `the blob ${blob} in ${container.location} ${read.problem}` };
    const { leaseState } = await container.ask(() => container.client.getBlobClient(blob).getProperties());
    const warning = `${blob} is locked: somebody changes it, and it is read as it was before`;
    return leaseState === 'leased' ? { ...read, warning } : read;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ok: false, problem: [error.message, error.hint].filter(Boolean).join(' ') };
  }
}
