import type { Json } from '../../shared/json.ts';
import type { Instance, RuntimeStatus } from './instance.ts';
import type { InstanceTable } from './instance-table.ts';

export interface OrchestrationStatus {
  readonly instanceId: string;
  readonly name: string;
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
  /** Where the page before ended. */
  readonly continuationToken?: string;
}

export interface InstancePage {
  readonly statuses: readonly OrchestrationStatus[];
  /** There is more. */
  readonly continuationToken?: string;
}

const DEFAULT_PAGE_SIZE = 100;

export function statusOf(instance: Instance): OrchestrationStatus {
  const { instanceId, name, status, input, output, customStatus, createdAt, updatedAt } = instance;
  return {
    instanceId,
    name,
    runtimeStatus: status,
    input,
    output,
    customStatus,
    createdTime: createdAt,
    lastUpdatedTime: updatedAt,
  };
}

/**
 * One page in the order of creation. The token is the number of the last creation that was looked at, so that instances which
 * come or go between two pages shift nothing. Looks through the table without copying it.
 */
export function queryInstances(instances: InstanceTable, query: InstanceQuery): InstancePage {
  const after = query.continuationToken === undefined ? -1 : Number(query.continuationToken);
  const pageSize = query.pageSize ?? DEFAULT_PAGE_SIZE;
  const statuses: OrchestrationStatus[] = [];
  let last = after;
  for (const [sequence, instance] of instances.entries()) {
    if (sequence <= after || !matches(instance, query)) continue;
    if (statuses.length === pageSize) return { statuses, continuationToken: String(last) };
    statuses.push(statusOf(instance));
    last = sequence;
  }
  return { statuses };
}

export function matches(instance: Instance, query: InstanceQuery): boolean {
  const { instanceIdPrefix, runtimeStatus, createdFrom, createdTo } = query;
  if (instanceIdPrefix !== undefined && !instance.instanceId.startsWith(instanceIdPrefix)) return false;
  if (runtimeStatus && !runtimeStatus.has(instance.status)) return false;
  if (!createdFrom && !createdTo) return true;
  const created = Date.parse(instance.createdAt);
  return created >= (createdFrom?.getTime() ?? created) && created <= (createdTo?.getTime() ?? created);
}
