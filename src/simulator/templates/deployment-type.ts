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
  checkDelete({ id, name }, world) {
    const run = world.state.deploymentRuns[id.toLowerCase()];
    return run && !run.end
      ? refuse(409, 'DeploymentActive', `The deployment '${name}' is running and cannot be deleted; cancel it first.`)
      : undefined;
  },
  remove({ id }, world) {
    delete world.state.deploymentRuns[id.toLowerCase()];
  },
};
