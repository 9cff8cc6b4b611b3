import { isJsonObject, type Json, jsonAt } from '../../shared/json.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import type { LogLine } from '../container-apps/logs/log-line.ts';
import type { World } from '../world.ts';

/**
 * Where an environment sends its logs. `custom`: to the workspace that it names itself, whose tables end in `_CL`; `azure`: by a diagnostic
 * setting, to the tables of the resource: https://learn.microsoft.com/azure/container-apps/log-options
 */
export interface Sink {
  readonly family: 'custom' | 'azure';
  /** The workspace's customer id. */
  readonly workspace: string;
  readonly kinds: readonly LogLine['kind'][];
  /** What was written before is not sent; ISO 8601. */
  readonly since?: string;
}

/** Anything but `log-analytics` and `azure-monitor` sends nothing to a workspace. */
export function sinksOf(world: World, environmentId: string): readonly Sink[] {
  const environment = world.resource(environmentId);
  const logs = environment && jsonAt(environment.body, 'properties.appLogsConfiguration');
  if (!environment || !isJsonObject(logs)) return [];
  if (logs.destination === 'azure-monitor') return diagnosticSinks(world, environment.id);
  const workspace = jsonAt(logs, 'logAnalyticsConfiguration.customerId');
  if (logs.destination !== 'log-analytics' || typeof workspace !== 'string') return [];
  return [{ family: 'custom', workspace: workspace.toLowerCase(), kinds: ['console', 'system'] }];
}

const DIAGNOSTIC_SETTINGS = 'Microsoft.Insights/diagnosticSettings';

function diagnosticSinks(world: World, environmentId: string): readonly Sink[] {
  const below = `${environmentId}/providers/${DIAGNOSTIC_SETTINGS}/`.toLowerCase();
  const settings = world.resourcesOfType(DIAGNOSTIC_SETTINGS).filter(({ id }) => id.toLowerCase().startsWith(below));
  return settings.flatMap(({ body, createdAt }): readonly Sink[] => {
    const { workspaceId, logs } = propertiesOf(body);
    const workspace = world.resource(String(workspaceId ?? ''));
    const { customerId } = workspace ? propertiesOf(workspace.body) : {};
    if (typeof customerId !== 'string') return [];
    return [{ family: 'azure', workspace: customerId.toLowerCase(), kinds: kindsOf(logs), since: createdAt }];
  });
}

const CATEGORIES: Readonly<Record<string, readonly LogLine['kind'][]>> = {
  containerappconsolelogs: ['console'],
  containerappsystemlogs: ['system'],
  // Both categories are of both groups: https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerappsystemlogs
  alllogs: ['console', 'system'],
  audit: ['console', 'system'],
};

function kindsOf(logs: Json | undefined): readonly LogLine['kind'][] {
  const enabled = Array.isArray(logs) ? logs.filter(isJsonObject).filter((one) => one.enabled === true) : [];
  return enabled.flatMap(({ category, categoryGroup }) => {
    return CATEGORIES[String(category ?? categoryGroup ?? '').toLowerCase()] ?? [];
  });
}
