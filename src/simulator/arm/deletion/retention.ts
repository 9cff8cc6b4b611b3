import { type JsonObject, jsonAt } from '../../../shared/json.ts';
import type { DeletedResource } from '../../store.ts';
import type { World } from '../../world.ts';

const DAY_IN_MS = 24 * 60 * 60 * 1000;
/** https://learn.microsoft.com/rest/api/loganalytics/workspaces/delete */
const WORKSPACE_DAYS = 14;
/** Of its backups: https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-restore-dropped-server. */
const SERVER_DAYS = 5;
/** https://learn.microsoft.com/azure/ai-services/recover-purge-resources */
const ACCOUNT_DAYS = 2;
/** Of a vault that says nothing: https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview. */
const VAULT_DAYS = 90;

/** What was deleted and could be recovered until now is gone for good when its days are over. */
export function endRetention(world: World): void {
  const { deletedVaults, deletedWorkspaces, deletedAccounts, droppedServers, secrets } = world.state;
  for (const [name, one] of Object.entries(deletedVaults)) {
    if (Date.parse(purgeDate(one)) > world.now()) continue;
    delete deletedVaults[name];
    delete secrets[one.resource.id.toLowerCase()];
  }
  dropAfter(world, deletedWorkspaces, WORKSPACE_DAYS);
  dropAfter(world, deletedAccounts, ACCOUNT_DAYS);
  dropAfter(world, droppedServers, SERVER_DAYS);
}

/** ISO 8601; when a deleted account of Cognitive Services is purged by itself. */
export function accountPurgeDate({ deletedAt }: DeletedResource): string {
  return endOf(deletedAt, ACCOUNT_DAYS);
}

/** ISO 8601; when a deleted vault is purged by itself. */
export function purgeDate({ resource, deletedAt }: DeletedResource): string {
  return endOf(deletedAt, retentionInDays(resource.body));
}

function retentionInDays(vault: JsonObject): number {
  return Number(jsonAt(vault, 'properties.softDeleteRetentionInDays') ?? VAULT_DAYS);
}

function dropAfter({ now }: World, deleted: Record<string, DeletedResource>, days: number): void {
  for (const [id, { deletedAt }] of Object.entries(deleted)) {
    if (Date.parse(endOf(deletedAt, days)) <= now()) delete deleted[id];
  }
}

function endOf(deletedAt: string, days: number): string {
  return new Date(Date.parse(deletedAt) + days * DAY_IN_MS).toISOString();
}
