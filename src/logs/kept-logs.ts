import type { ArmResource, Azure } from '../azure/ports.ts';
import { CONTAINER_APPS_ENVIRONMENT } from '../resources/container-apps-environment.ts';
import { DIAGNOSTIC_SETTING } from '../resources/diagnostic-setting.ts';
import { LOG_WORKSPACE } from '../resources/log-workspace.ts';
import { isJsonObject, jsonAt, scalarText } from '../shared/json.ts';
import {
  CUSTOM_LOGS,
  type KeptFilter,
  keptLine,
  keptQuery,
  type LogSchema,
  RESOURCE_LOGS,
  TABLES,
} from './kept-query.ts';
import { inOrder, type LogLine } from './log-line.ts';

/** Where the lines of an environment are kept. */
interface KeptLogs {
  readonly customerId: string;
  readonly schema: LogSchema;
}

/**
 * Lines that a Log Analytics workspace keeps, the oldest first; undefined: none keeps them. The newest minutes may be missing: a line is
 * there some minutes after it was written (https://learn.microsoft.com/azure/azure-monitor/logs/data-ingestion-time).
 *
 * @throws AzureError when it may not be asked
 */
export async function keptLines(
  azure: Pick<Azure, 'arm' | 'logs'>,
  environmentId: string,
  filter: KeptFilter,
): Promise<readonly LogLine[] | undefined> {
  const kept = await findKept(azure, environmentId, filter.source);
  if (!kept) return undefined;
  const rows = await azure.logs.query(kept.customerId, keptQuery(kept.schema, filter));
  return inOrder(rows.map((row) => keptLine(kept.schema, filter.source, row)));
}

/** https://learn.microsoft.com/azure/container-apps/log-options */
async function findKept(
  { arm }: Pick<Azure, 'arm'>,
  environmentId: string,
  source: LogLine['source'],
): Promise<KeptLogs | undefined> {
  const environment = await arm.get(environmentId, CONTAINER_APPS_ENVIRONMENT.apiVersion);
  const logs = environment && jsonAt(environment, 'properties.appLogsConfiguration');
  if (!isJsonObject(logs)) return undefined;
  if (logs.destination === 'log-analytics') {
    const customerId = scalarText(jsonAt(logs, 'logAnalyticsConfiguration.customerId'));
    return customerId === '' ? undefined : { customerId, schema: CUSTOM_LOGS };
  }
  if (logs.destination !== 'azure-monitor') return undefined;
  const settings = await arm.list(
    `${environmentId}/providers/${DIAGNOSTIC_SETTING.type}`,
    DIAGNOSTIC_SETTING.apiVersion,
  );
  const workspaceId = settings.flatMap((one) => workspaceOf(one, source))[0];
  const workspace = workspaceId === undefined ? undefined : await arm.get(workspaceId, LOG_WORKSPACE.apiVersion);
  const customerId = scalarText(workspace && jsonAt(workspace, 'properties.customerId'));
  return customerId === '' ? undefined : { customerId, schema: RESOURCE_LOGS };
}

/** The workspace of a setting that sends these logs, by their category or by all: https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings */
function workspaceOf(setting: ArmResource, source: LogLine['source']): readonly string[] {
  const workspaceId = scalarText(jsonAt(setting, 'properties.workspaceId'));
  const logs = jsonAt(setting, 'properties.logs');
  const isSent = (Array.isArray(logs) ? logs.filter(isJsonObject) : []).some(
    ({ category, categoryGroup, enabled }) =>
      enabled === true && (category === TABLES[source] || scalarText(categoryGroup).toLowerCase() === 'alllogs'),
  );
  return workspaceId !== '' && isSent ? [workspaceId] : [];
}
