import { type JsonObject, scalarText } from '../shared/json.ts';
import type { LogLine } from './log-line.ts';

/**
 * How a workspace names tables and columns. What comes by a diagnostic setting has tables of its own; what the environment sends
 * itself has custom ones, whose names say the type of each column.
 * https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerappconsolelogs,
 * https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerappsystemlogs,
 * https://learn.microsoft.com/azure/container-apps/log-monitoring
 */
export interface LogSchema {
  readonly table: string;
  readonly column: string;
}

export const RESOURCE_LOGS: LogSchema = { table: '', column: '' };
export const CUSTOM_LOGS: LogSchema = { table: '_CL', column: '_s' };

export const TABLES = { console: 'ContainerAppConsoleLogs', system: 'ContainerAppSystemLogs' } as const;

/** Lines that one question brings. */
export const MOST_KEPT = 10_000;

export interface KeptFilter {
  readonly source: LogLine['source'];
  readonly app: string;
  readonly revision: string | undefined;
  readonly sinceInSeconds: number;
  readonly limit: number;
}

/** The newest lines of an app, the newest first. */
export function keptQuery(schema: LogSchema, { source, app, revision, sinceInSeconds, limit }: KeptFilter): string {
  const is = (column: string, value: string): string => `| where ${column}${schema.column} == ${quoted(value)}`;
  return [
    `${TABLES[source]}${schema.table}`,
    `| where TimeGenerated > ago(${sinceInSeconds}s)`,
    is('ContainerAppName', app),
    ...(revision === undefined ? [] : [is('RevisionName', revision)]),
    '| order by TimeGenerated desc',
    `| take ${limit}`,
  ].join('\n');
}

/** A string of the Kusto language: https://learn.microsoft.com/kusto/query/scalar-data-types/string#string-literals */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

/**
 * When a line was written. `TimeGenerated` of custom tables is when it came to the workspace, and `_timestamp_d`, in seconds, what is meant:
 * https://github.com/microsoft/azure-container-apps/issues/79
 */
function timeOf({ TimeGenerated, _timestamp_d: seconds }: JsonObject): string {
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : scalarText(TimeGenerated);
}

/** Columns that a table does not have are empty: not every one is in both forms. */
export function keptLine({ column }: LogSchema, source: LogLine['source'], row: JsonObject): LogLine {
  const text = (name: string): string => scalarText(row[`${name}${column}`]);
  const time = timeOf(row);
  if (source === 'system') {
    const own = { revision: text('RevisionName'), replica: text('ReplicaName'), container: '', stream: null };
    return { source, time, ...own, reason: text('Reason') || null, text: text('Log') };
  }
  const container = text('ContainerName');
  const own = { revision: text('RevisionName'), replica: text('ContainerGroupName'), container, reason: null };
  return { source, time, ...own, stream: text('Stream') || null, text: text('Log') };
}
