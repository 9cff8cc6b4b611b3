import { randomUUID } from 'node:crypto';
import { isJsonObject } from '../../shared/json.ts';
import { setOutputs } from '../arm/lifecycle.ts';
import type { ResourceType } from '../arm/resource-type.ts';
import { regionName } from '../container-apps/environment.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { keepLogsOfEnvironment } from '../workload-logs/workload-log.ts';
import type { World } from '../world.ts';
import { detectSmartly } from './smart-detection.ts';

export const workspace: ResourceType = {
  type: 'Microsoft.OperationalInsights/workspaces',
  apiVersions: ['2026-03-01', '2025-07-01', '2025-02-01', '2023-09-01'],
  name: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
  listed: true,
  style: 'status',
  patchAnswersBody: true,
  seconds: { create: 13, update: 5, delete: 6 },
  // Recorded: the addresses of its operations have a version of their own.
  statusApiVersion: '2015-11-01-preview',
  check: ({ world, id, sent, before }) => (before ? undefined : nameHeldProblem(world, id, String(sent.location))),
  apply({ resource, before, world, id }) {
    if (before) return undefined;
    const deleted = world.state.deletedWorkspaces[id.toLowerCase()]?.resource;
    delete world.state.deletedWorkspaces[id.toLowerCase()];
    // The same workspace, with its data.
    const former = isJsonObject(deleted?.extra.outputs) ? deleted.extra.outputs : undefined;
    setOutputs(resource, former ?? { customerId: randomUUID(), createdDate: resource.createdAt });
    return undefined;
  },
  beginDelete(resource, query) {
    resource.extra.force = query.get('force')?.toLowerCase() === 'true';
  },
  remove(resource, { state, now }) {
    if (resource.extra.force === true) return;
    const deletedAt = new Date(now()).toISOString();
    state.deletedWorkspaces[resource.id.toLowerCase()] = { resource, deletedAt };
  },
};

/**
 * A deleted workspace holds its name and comes back when it is made again in its group and region; by force it is gone
 * (https://learn.microsoft.com/azure/azure-monitor/logs/delete-workspace).
 */
function nameHeldProblem({ state }: World, id: string, location: string): Refusal | undefined {
  const held = state.deletedWorkspaces[id.toLowerCase()]?.resource;
  if (!held || regionName(String(held.body.location)) === regionName(location)) return undefined;
  return refuse(
    409,
    'Conflict',
    `The workspace name '${held.name}' is kept by a deleted workspace in location '${String(held.body.location)}'.`,
  );
}

export const applicationInsights: ResourceType = {
  type: 'Microsoft.Insights/components',
  apiVersions: ['2020-02-02'],
  name: /^[^%&\\?/]{0,259}[^%&\\?/ .]$/,
  listed: true,
  style: 'sync',
  seconds: { create: 3, update: 2, delete: 0 },
  apply({ resource, before, name, body }) {
    if (before) return undefined;
    const InstrumentationKey = randomUUID();
    const ConnectionString = `InstrumentationKey=${InstrumentationKey};IngestionEndpoint=https://${String(body.location)}-1.in.applicationinsights.azure.com/`;
    setOutputs(resource, { AppId: randomUUID(), ApplicationId: name, InstrumentationKey, ConnectionString });
    return undefined;
  },
  elapse: detectSmartly,
};

export const diagnosticSettings: ResourceType = {
  type: 'Microsoft.Insights/diagnosticSettings',
  // Not deleted before its resource, it is in force again with the next one: the warning in
  // https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings.
  outlivesTarget: true,
  apiVersions: ['2021-05-01-preview'],
  name: /^.{1,260}$/,
  extension: true,
  withoutLocation: true,
  withoutProvisioningState: true,
  listed: false,
  style: 'sync',
  seconds: { create: 1, update: 1, delete: 0 },
  check({ world, id, before }) {
    // What was sent by the setting as it was stays where it went.
    if (before) keepLogsOfEnvironment(world, targetOf(id));
    return undefined;
  },
  remove: ({ id }, world) => keepLogsOfEnvironment(world, targetOf(id)),
};

/** Of what resource a setting is. */
function targetOf(settingId: string): string {
  return settingId.slice(0, settingId.toLowerCase().lastIndexOf('/providers/microsoft.insights/'));
}
