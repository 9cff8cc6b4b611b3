import type { ResourceType } from '../arm/resource-type.ts';
import { refuse } from '../refusal.ts';
import { DEPLOYMENT_TYPE } from './definition/steps.ts';
import { deploymentView } from './views.ts';

/**
 * Deployments of templates to a group or to the subscription
 * (https://learn.microsoft.com/rest/api/resources/deployments). What they do is in `running/`.
 */
export const deployment: ResourceType = {
  type: DEPLOYMENT_TYPE,
  apiVersions: [
    '2025-04-01',
    '2024-11-01',
    '2024-07-01',
    '2024-03-01',
    '2023-07-01',
    '2022-09-01',
    '2021-04-01',
    '2020-10-01',
  ],
  // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
  name: /^[-\w.()]{1,64}$/,
  nameError: 'InvalidDeploymentName',
  listed: false,
  style: 'status',
  withoutLocation: true,
  seconds: { create: 0, update: 0, delete: 3 },
  view({ id }, world) {
    const run = world.state.deploymentRuns[id.toLowerCase()];
    return run ? deploymentView(run, world) : {};
  },
  remove({ id, name }, world) {
    const run = world.state.deploymentRuns[id.toLowerCase()];
    const operation = run && !run.end ? world.state.operations[run.operation] : undefined;
    // Its group has gone while it was under way: whoever waits for it hears of that.
    if (operation) {
      operation.endsAt = new Date(world.now()).toISOString();
      operation.failure ??= refuse(404, 'DeploymentNotFound', `Deployment '${name}' could not be found.`);
    }
    delete world.state.deploymentRuns[id.toLowerCase()];
  },
};
