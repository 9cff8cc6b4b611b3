import type { CostColumn } from '../domain/cost/meter.ts';
import type { ResourceRules } from '../domain/desired.ts';
import type { ResourceRecord } from '../domain/state.ts';
import { APPLICATION_INSIGHTS } from './application-insights.ts';
import { ownPage } from './columns/portal.ts';
import { CONTAINER_APP } from './container-app.ts';
import { CONTAINER_APPS_ENVIRONMENT } from './container-apps-environment.ts';
import { CONTAINER_REGISTRY } from './container-registry.ts';
import { DIAGNOSTIC_SETTING } from './diagnostic-setting.ts';
import { DNS_A_RECORD, DNS_CNAME_RECORD, DNS_TXT_RECORD } from './dns-record.ts';
import { type GenericKind, genericKind } from './generic-resource.ts';
import { JOB } from './job.ts';
import { KEY_VAULT } from './key-vault.ts';
import type { Companion, ResourceKind } from './kind.ts';
import { LOG_WORKSPACE } from './log-workspace.ts';
import { MANAGED_CERTIFICATE } from './managed-certificate.ts';
import { costOfOther } from './other-costs.ts';
import { POSTGRESQL_CONFIGURATION } from './postgresql-configuration.ts';
import { POSTGRESQL_DATABASE } from './postgresql-database.ts';
import { POSTGRESQL_FIREWALL_RULE } from './postgresql-firewall-rule.ts';
import { POSTGRESQL_SERVER } from './postgresql-server.ts';
import { REDIS_CLASSIC } from './redis-classic.ts';
import { REDIS_MANAGED } from './redis-managed.ts';
import { REDIS_MANAGED_DATABASE } from './redis-managed-database.ts';
import { RESOURCE_GROUP } from './resource-group.ts';
import { ROLE_ASSIGNMENT } from './role-assignment.ts';
import { STORAGE_ACCOUNT } from './storage/account.ts';
import { BLOB_CONTAINER } from './storage/blob-container.ts';
import { ENVIRONMENT_STORAGE } from './storage/environment-storage.ts';
import { FILE_SHARE } from './storage/file-share.ts';
import { STORAGE_QUEUE } from './storage/queue.ts';
import { IDENTITY } from './user-assigned-identity.ts';

/** Every kind of resource that a deployment makes. A step that wants one that is not here does not compile. */
export const RESOURCE_KINDS = [
  RESOURCE_GROUP,
  IDENTITY,
  LOG_WORKSPACE,
  APPLICATION_INSIGHTS,
  DIAGNOSTIC_SETTING,
  CONTAINER_REGISTRY,
  KEY_VAULT,
  POSTGRESQL_SERVER,
  POSTGRESQL_CONFIGURATION,
  POSTGRESQL_DATABASE,
  POSTGRESQL_FIREWALL_RULE,
  REDIS_CLASSIC,
  REDIS_MANAGED,
  REDIS_MANAGED_DATABASE,
  STORAGE_ACCOUNT,
  BLOB_CONTAINER,
  STORAGE_QUEUE,
  FILE_SHARE,
  ROLE_ASSIGNMENT,
  CONTAINER_APPS_ENVIRONMENT,
  ENVIRONMENT_STORAGE,
  CONTAINER_APP,
  JOB,
  MANAGED_CERTIFICATE,
  DNS_A_RECORD,
  DNS_CNAME_RECORD,
  DNS_TXT_RECORD,
] as const satisfies readonly ResourceKind[];

/** What steps may want: a kind of the list, or one whose type is data. */
export type RegisteredKind = (typeof RESOURCE_KINDS)[number] | GenericKind;

const BY_TYPE: ReadonlyMap<string, ResourceKind> = new Map(
  RESOURCE_KINDS.map((kind) => [kind.type.toLowerCase(), kind]),
);

/** The kind of a type, in any case; undefined for one that this version does not make. */
export function kindOf(type: string): ResourceKind | undefined {
  return BY_TYPE.get(type.toLowerCase());
}

/** Everything that is known of the kind of a wanted resource. */
export function kindOfWanted({ kind }: { readonly kind: ResourceRules }): ResourceKind | undefined {
  return isGeneric(kind) ? kind : kindOf(kind.type);
}

function isGeneric(kind: ResourceRules): kind is GenericKind {
  return 'isGeneric' in kind;
}

/** What one of a type costs, in any case; undefined where nothing is known of that. */
export function costOf(type: string): CostColumn | undefined {
  return kindOf(type)?.cost ?? costOfOther(type);
}

/** The kind of a recorded resource; undefined for one that this version does not make. */
export function kindOfRecord({ type, generic }: Pick<ResourceRecord, 'type' | 'generic'>): ResourceKind | undefined {
  if (!generic) return kindOf(type);
  const { api_version: apiVersion, ownership, read_action: readAction } = generic;
  // Of a type that is made by itself, too, more is known: what Azure keeps of a deleted one, and for how long.
  const known = kindOf(type) ?? genericKind(type, { apiVersion, ownership });
  return { ...known, apiVersion, ownership, ...(readAction !== undefined && { readAction }) };
}

/** Its page in the portal, below `https://portal.azure.com/#@TENANT/resource`. */
export function portalPageOf(id: string, type: string): string {
  return kindOf(type)?.portalPage(id) ?? ownPage(id);
}

const COMPANIONS: ReadonlyMap<string, { readonly kind: ResourceKind; readonly companion: Companion }> = new Map(
  [...BY_TYPE.values()].flatMap((kind) =>
    (kind.companions ?? []).map((companion) => [companion.type.toLowerCase(), { kind, companion }] as const),
  ),
);

/** Of a type of which Azure makes resources by itself: for which kind it does, and how they are told; in any case. */
export function companionOf(type: string): { readonly kind: ResourceKind; readonly companion: Companion } | undefined {
  return COMPANIONS.get(type.toLowerCase());
}

/** The version with which something is read and deleted; undefined for what this version does not know at all. */
export function apiVersionOf(type: string): string | undefined {
  return kindOf(type)?.apiVersion ?? companionOf(type)?.companion.apiVersion;
}
