import { createHash } from 'node:crypto';
import { jsonAt } from '../../shared/json.ts';
import type { LogLine } from '../container-apps/logs/log-line.ts';
import type { StoredResource } from '../store.ts';
import { linesSentTo } from '../workload-logs/workload-log.ts';
import type { World } from '../world.ts';
import { type Ingested, ingest, scattered } from './ingestion.ts';
import type { Column } from './kql/bind.ts';
import type { Table } from './kql/run-query.ts';
import type { Scalar } from './kql/syntax-tree.ts';

/** A record with what is asked for about it. */
interface Described extends Ingested {
  readonly world: World;
  readonly workspace: StoredResource;
  /** Name of the app; empty for a job. */
  readonly app: string;
  readonly job: string;
  readonly environment: string;
  readonly revision: string;
  readonly execution: string;
}

interface TableColumn extends Column {
  readonly of: (record: Described) => Scalar;
}

interface TableKind {
  readonly kind: LogLine['kind'];
  /** `custom`: it comes with its first record, and a column with the first record that has it; `azure`: it is always there. */
  readonly family: 'custom' | 'azure';
  readonly columns: readonly TableColumn[];
}

const text = (name: string, of: (record: Described) => string): TableColumn => ({ name, type: 'string', of });

/** Longer values are cut off: https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits#log-analytics-workspaces */
const LONGEST_VALUE_IN_BYTES = 32 * 1024;

const ALWAYS: readonly TableColumn[] = [
  text('TenantId', ({ workspace }) => String(jsonAt(workspace.body, 'properties.customerId') ?? '')),
  { name: 'TimeGenerated', type: 'datetime', of: ({ timeGenerated }) => timeGenerated },
];

/**
 * Columns of custom tables as they are seen: https://learn.microsoft.com/azure/container-apps/log-monitoring and
 * https://github.com/yeongseon/azure-container-apps-practical-guide (its catalogue of queries); `_timestamp_d` as in
 * https://github.com/microsoft/azure-container-apps/issues/79. Those of the resource's tables:
 * https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerappconsolelogs and …/containerappsystemlogs.
 */
const TABLES: Readonly<Record<string, TableKind>> = {
  ContainerAppConsoleLogs_CL: {
    kind: 'console',
    family: 'custom',
    columns: [
      ...ALWAYS,
      text('ContainerAppName_s', ({ app }) => app),
      text('ContainerJobName_s', ({ job }) => job),
      text('ContainerGroupName_s', ({ line }) => line.replica),
      text('ContainerId_s', ({ line }) => containerId(line)),
      text('ContainerImage_s', ({ line }) => line.image ?? ''),
      text('ContainerName_s', ({ line }) => line.container),
      text('EnvironmentName_s', ({ environment }) => environment),
      text('Log_s', ({ line }) => fitting(line.text)),
      text('RevisionName_s', ({ revision }) => revision),
      text('Stream_s', ({ line }) => line.stream ?? ''),
      { name: '_timestamp_d', type: 'real', of: ({ line }) => Date.parse(line.at) / 1000 },
      text('Type', () => 'ContainerAppConsoleLogs_CL'),
    ],
  },
  ContainerAppSystemLogs_CL: {
    kind: 'system',
    family: 'custom',
    columns: [
      ...ALWAYS,
      text('ContainerAppName_s', ({ app }) => app),
      text('EnvironmentName_s', ({ environment }) => environment),
      text('EventSource_s', () => 'ContainerAppController'),
      text('ExecutionName_s', ({ execution }) => execution),
      text('JobName_s', ({ job }) => job),
      text('Log_s', ({ line }) => fitting(line.text)),
      text('Reason_s', ({ line }) => line.event?.reason ?? ''),
      text('ReplicaName_s', ({ line }) => line.replica),
      text('RevisionName_s', ({ revision }) => revision),
      text('Type_s', ({ line }) => line.event?.type ?? ''),
      text('Type', () => 'ContainerAppSystemLogs_CL'),
    ],
  },
  ContainerAppConsoleLogs: {
    kind: 'console',
    family: 'azure',
    columns: [
      ...ALWAYS,
      text('ContainerAppName', ({ app }) => app),
      text('ContainerGroupId', ({ line }) => podId(line)),
      text('ContainerGroupName', ({ line }) => line.replica),
      text('ContainerId', ({ line }) => containerId(line)),
      text('ContainerImage', ({ line }) => line.image ?? ''),
      text('ContainerName', ({ line }) => line.container),
      text('EnvironmentName', ({ environment }) => environment),
      text('JobName', ({ job }) => job),
      text('Location', location),
      text('Log', ({ line }) => fitting(line.text)),
      text('OperationName', () => ''),
      text('RevisionName', ({ revision }) => revision),
      text('SourceSystem', () => 'Azure'),
      text('Stream', ({ line }) => line.stream ?? ''),
      text('Type', () => 'ContainerAppConsoleLogs'),
      text('_ResourceId', ({ line }) => line.environmentId.toLowerCase()),
    ],
  },
  ContainerAppSystemLogs: {
    kind: 'system',
    family: 'azure',
    columns: [
      ...ALWAYS,
      text('ComponentName', () => ''),
      text('ComponentType', () => ''),
      text('ContainerAppName', ({ app }) => app),
      text('ContainerName', ({ line }) => line.container),
      { name: 'Count', type: 'int', of: ({ line }) => line.event?.count ?? null },
      text('EnvironmentName', ({ environment }) => environment),
      text('EventSource', () => 'ContainerAppController'),
      text('JobName', ({ job }) => job),
      text('Location', location),
      text('Log', ({ line }) => fitting(line.text)),
      text('OperationName', () => ''),
      text('Reason', ({ line }) => line.event?.reason ?? ''),
      text('ReplicaName', ({ line }) => line.replica),
      text('RevisionName', ({ revision }) => revision),
      text('SourceSystem', () => 'Azure'),
      // Here it is how bad it is, and not the name of the table.
      text('Type', ({ line }) => line.event?.type ?? ''),
      text('_ResourceId', ({ line }) => line.environmentId.toLowerCase()),
    ],
  },
};

/** The table of this name as a workspace has it at this moment; undefined where there is none, or none yet. */
export function logTable(world: World, workspace: StoredResource, name: string): Table | undefined {
  const table = Object.hasOwn(TABLES, name) ? TABLES[name] : undefined;
  if (!table) return undefined;
  const records = recordsOf(world, workspace, table);
  if (table.family === 'azure') return asTable(table.columns, records);
  if (records.length === 0) return undefined;
  // https://github.com/microsoft/azure-container-apps/issues/1018
  const filled = table.columns.filter(({ of }) => records.some((one) => of(one) !== ''));
  return asTable(filled, records);
}

function asTable(columns: readonly TableColumn[], records: readonly Described[]): Table {
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: records.map((record) => columns.map(({ of }) => of(record))),
  };
}

/** In no order that anybody could count on. */
function recordsOf(world: World, workspace: StoredResource, { family, kind }: TableKind): readonly Described[] {
  const customerId = String(jsonAt(workspace.body, 'properties.customerId') ?? '').toLowerCase();
  const sent = linesSentTo(world, customerId).filter(
    ({ line }) => line.kind === kind && line.to.includes(`${family}:${customerId}`),
  );
  return ingest(world, family, sent)
    .filter(({ availableAt }) => availableAt <= world.now())
    .map((one) => [scattered(`${one.line.at}${one.line.replica}${one.line.text.slice(0, 100)}`), one] as const)
    .toSorted(([one], [other]) => one - other)
    .map(([, one]) => described(world, workspace, one));
}

function described(world: World, workspace: StoredResource, record: Ingested): Described {
  const { workloadId, line } = record;
  const name = workloadId.slice(workloadId.lastIndexOf('/') + 1);
  const isJob = workloadId.toLowerCase().includes('/microsoft.app/jobs/');
  return {
    ...record,
    world,
    workspace,
    app: isJob ? '' : name,
    job: isJob ? name : '',
    revision: isJob ? '' : line.part,
    execution: isJob ? line.part : '',
    environment: line.environmentId.slice(line.environmentId.lastIndexOf('/') + 1),
  };
}

function location({ world, line }: Described): string {
  return String(world.resource(line.environmentId)?.body.location ?? '');
}

function containerId({ replica, container }: LogLine): string {
  return createHash('sha256').update(`${replica}/${container}`).digest('hex');
}

/** Shaped as a UUID. */
function podId({ replica }: LogLine): string {
  const hex = createHash('sha256').update(replica).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function fitting(value: string): string {
  const bytes = Buffer.from(value);
  if (bytes.length <= LONGEST_VALUE_IN_BYTES) return value;
  // Half a character at the end is none.
  return bytes
    .subarray(0, LONGEST_VALUE_IN_BYTES)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
}
