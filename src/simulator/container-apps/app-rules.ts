import type { Refusal } from '../refusal.ts';
import { ingressProblem } from './ingress-rules.ts';
import { invalidField, type ManagedEnvironment, refusal, type Workload } from './model.ts';
import { scaleProblem } from './rules/scale-rules.ts';
import { volumesProblem } from './rules/volume-rules.ts';
import { workloadProblem } from './template-rules.ts';

const NAME = /^[a-z](?:[a-z0-9]|-(?!-))*[a-z0-9]$/;

export function workloadNameProblem(kind: 'ContainerApp' | 'ContainerAppsJob', name: string): Refusal | undefined {
  if (NAME.test(name) && name.length >= 2 && name.length <= 32) return undefined;
  return refusal(
    kind === 'ContainerApp' ? 'ContainerAppInvalidName' : 'ContainerAppsJobInvalidName',
    `Invalid ${kind} name '${name}'. A name must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character and cannot have '--'. The length must not be more than 32 characters.`,
  );
}

/**
 * Why Azure would refuse this PUT of an app at once; undefined when it would start the operation.
 * `revisions` are the names that exist already, which traffic may point to.
 */
export function appProblem(
  name: string,
  app: Workload,
  environment: ManagedEnvironment | undefined,
  revisions: readonly string[],
): Refusal | undefined {
  return (
    workloadNameProblem('ContainerApp', name) ??
    environmentProblem(app, environment) ??
    workloadProblem(app) ??
    volumesProblem(name, app) ??
    ingressProblem(name, app, environment, revisions) ??
    scaleProblem(name, app) ??
    suffixProblem(name, app)
  );
}

export function environmentProblem(
  workload: Workload,
  environment: ManagedEnvironment | undefined,
): Refusal | undefined {
  const id = environmentId(workload);
  if (!id || !/\/providers\/Microsoft\.App\/managedEnvironments\/[^/]+$/i.test(id)) {
    return refusal('InvalidEnvironmentId', `The environment ID '${id ?? ''}' provided is invalid.`);
  }
  if (!environment) {
    return refusal('ManagedEnvironmentNotFound', `The environment '${id}' was not found.`, 404);
  }
  if (environment.properties.provisioningState !== 'Succeeded') {
    return refusal(
      'ManagedEnvironmentNotReadyForAppCreation',
      `The environment '${id}' is in ${environment.properties.provisioningState ?? 'unknown'} state and is not ready for app creation.`,
      409,
    );
  }
  const profile = workload.properties?.workloadProfileName;
  const profiles = environment.properties.workloadProfiles?.map((entry) => entry.name) ?? [];
  // The words, of apps and jobs alike: https://github.com/Azure/bicep-registry-modules/issues/2517 (which has no code).
  if (profile && profiles.length === 0) {
    return refusal(
      'WorkloadProfileNameNotAllowed',
      'Cannot specify workload profile name for container app in Consumption Only environment.',
    );
  }
  if (profile && !profiles.some((known) => known.toLowerCase() === profile.toLowerCase())) {
    return refusal(
      'WorkloadProfileNotFound',
      `Workload profile '${profile}' does not exist in the environment; it has: ${profiles.join(', ')}.`,
    );
  }
  return undefined;
}

/** What an app or job has that names none. */
export function defaultProfile(environment: ManagedEnvironment | undefined): string | null {
  return (environment?.properties.workloadProfiles ?? []).length > 0 ? 'Consumption' : null;
}

export function environmentId(workload: Workload): string | undefined {
  return workload.properties?.environmentId ?? workload.properties?.managedEnvironmentId;
}

function suffixProblem(name: string, app: Workload): Refusal | undefined {
  const suffix = app.properties?.template?.revisionSuffix;
  if (!suffix) return undefined;
  if (NAME.test(`a${suffix}`) && `${name}--${suffix}`.length <= 64) return undefined;
  return invalidField(
    'template.revisionSuffix',
    `Invalid value: "${suffix}": it must consist of lower case alphanumeric characters or '-', and cannot have '--'`,
  );
}
