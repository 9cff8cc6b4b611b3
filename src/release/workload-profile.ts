import type { DesiredResource } from '../domain/desired.ts';
import { withoutPaths } from '../domain/merge.ts';
import type { StepContext } from '../engine/step.ts';
import { CONTAINER_APPS_ENVIRONMENT } from '../resources/container-apps-environment.ts';
import { jsonAt } from '../shared/json.ts';

const PROFILE = 'properties.workloadProfileName';

/**
 * An app or job as its environment takes it. One without workload profiles, as older tools make them, refuses the name of one
 * (https://github.com/Azure/bicep-registry-modules/issues/2517).
 */
export async function asEnvironmentTakes<Desired extends DesiredResource>(
  { azure }: Pick<StepContext, 'azure'>,
  desired: Desired,
): Promise<Desired> {
  const id = jsonAt(desired.body, 'properties.environmentId');
  if (typeof id !== 'string' || jsonAt(desired.body, PROFILE) === undefined) return desired;
  const environment = await azure.arm.get(id, CONTAINER_APPS_ENVIRONMENT.apiVersion);
  const profiles = environment && (jsonAt(environment, 'properties.workloadProfiles') ?? []);
  const hasNone = Array.isArray(profiles) && profiles.length === 0;
  return hasNone ? { ...desired, body: withoutPaths(desired.body, [PROFILE]) } : desired;
}
