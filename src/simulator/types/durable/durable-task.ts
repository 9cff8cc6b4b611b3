import { setOutputs } from '../../arm/lifecycle.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import { refuse } from '../../refusal.ts';

const SCHEDULER = 'Microsoft.DurableTask/schedulers';
const VERSIONS = ['2026-02-01', '2025-11-01'];
/** https://learn.microsoft.com/azure/azure-functions/durable/durable-task-scheduler/durable-task-scheduler-billing: capacity units of the dedicated sku. */
const MOST_UNITS = 3;

/**
 * The Durable Task Scheduler, a backend for orchestrations; Resource Manager's side alone.
 * https://learn.microsoft.com/azure/azure-functions/durable/durable-task-scheduler/durable-task-scheduler
 */
const scheduler: ResourceType = {
  type: SCHEDULER,
  apiVersions: VERSIONS,
  name: /^[A-Za-z0-9-]{3,64}$/,
  listed: true,
  style: 'status',
  seconds: { create: 600, update: 60, delete: 120 },
  check({ body }) {
    const { sku } = propertiesOf(body) as { sku?: { name?: string; capacity?: number } };
    if (sku?.name === 'Consumption' && sku.capacity !== undefined) {
      return refuse(400, 'ValidationError', 'A scheduler of the Consumption sku has no capacity.');
    }
    const { capacity = 1 } = sku ?? {};
    return capacity >= 1 && capacity <= MOST_UNITS
      ? undefined
      : refuse(400, 'ValidationError', `The capacity of a scheduler is 1 to ${MOST_UNITS}.`);
  },
  apply({ resource, name, body, before }) {
    const region = String(body.location).toLowerCase().replaceAll(' ', '');
    if (!before) setOutputs(resource, { endpoint: `https://${name.toLowerCase()}.${region}.durabletask.io` });
    return undefined;
  },
  defaults: () => ({ properties: { publicNetworkAccess: 'Enabled' } }),
};

const taskHub: ResourceType = {
  type: `${SCHEDULER}/taskHubs`,
  apiVersions: VERSIONS,
  name: /^[A-Za-z0-9-]{3,64}$/,
  listed: false,
  withoutLocation: true,
  style: 'status',
  seconds: { create: 30, update: 10, delete: 30 },
  apply({ resource, id, before }) {
    const dashboardUrl = `https://dashboard.durabletask.io/?resource=${encodeURIComponent(id)}`;
    if (!before) setOutputs(resource, { dashboardUrl });
    return undefined;
  },
};

export const DURABLE_TASK_TYPES: readonly ResourceType[] = [scheduler, taskHub];
