import type { Json } from '../../shared/json.ts';
import type { Instance, RuntimeStatus } from './instance.ts';
import type { InstanceTable } from './instance-table.ts';

export interface OrchestrationStatus {
  readonly instanceId: string;
  readonly name: string;
  /** Empty: none. */
  readonly version: string;
  /** Of a sub-orchestration. */
  readonly parentInstanceId?: string;
  readonly runtimeStatus: RuntimeStatus;
  readonly input: Json;
  readonly output: Json;
  readonly customStatus: Json;
  /** ISO 8601. */
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
}

/** What to look for; every condition that is there must hold. Sub-orchestrations count as well. */
export interface InstanceQuery {
  readonly instanceIdPrefix?: string;
  readonly runtimeStatus?: ReadonlySet<string>;
  readonly createdFrom?: Date;
  readonly createdTo?: Date;
  /** At most so many; default 100. */
  readonly pageSize?: number;
  /** Id at which the page begins. */
  readonly from?: string;
}

export interface InstancePage {
  readonly statuses: readonly OrchestrationStatus[];
  /** There is more, from this id on. */
  readonly next?: string;
}

const DEFAULT_PAGE_SIZE = 100;

export function statusOf(instance: Instance): OrchestrationStatus {
  const { instanceId, name, version, parent, status, input, output, customStatus, createdAt, updatedAt } = instance;
  return {
    instanceId,
    name,
    version,
    ...(parent && { parentInstanceId: parent.instanceId }),
    runtimeStatus: status,
    input,
    output,
    customStatus,
    createdTime: createdAt,
    lastUpdatedTime: updatedAt,
  };
}

/**
 * One page in the order of ids, as the tables of Azure Storage have them, so that instances which come or go between two pages shift
 * nothing. https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination
 */
export function queryInstances(instances: InstanceTable, query: InstanceQuery): InstancePage {
  const { from = '', pageSize = DEFAULT_PAGE_SIZE } = query;
  const found = [...instances.values()].filter((one) => one.instanceId >= from && matches(one, query));
  found.sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  const next = found[pageSize]?.instanceId;
  return { statuses: found.slice(0, pageSize).map(statusOf), ...(next !== undefined && { next }) };
}

export function matches(instance: Instance, query: InstanceQuery): boolean {
  const { instanceIdPrefix, runtimeStatus, createdFrom, createdTo } = query;
  if (instanceIdPrefix !== undefined && !instance.instanceId.startsWith(instanceIdPrefix)) return false;
  if (runtimeStatus && !runtimeStatus.has(instance.status)) return false;
  if (!createdFrom && !createdTo) return true;
  const created = Date.parse(instance.createdAt);
  return created >= (createdFrom?.getTime() ?? created) && created <= (createdTo?.getTime() ?? created);
}
