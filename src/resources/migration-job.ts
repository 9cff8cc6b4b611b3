import type { ServiceConfig } from '../domain/config/model.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { resourceTags } from '../domain/tags.ts';
import type { JsonObject } from '../shared/json.ts';
import {
  environmentVariables,
  imageOf,
  imageSource,
  secretReferences,
  usedSecrets,
  workloadIdentity,
} from './app/workload.ts';
import { CONTAINER_APPS_VERSION } from './container-app.ts';

const MAX_NAME_LENGTH = 32;
const SUFFIX = '-migrate';

/** A migration that runs longer than this is stopped by Azure. */
export const MIGRATION_TIMEOUT_IN_SECONDS = 1800;

/** The job that runs a service's migration with the new image, before the new code starts. */
export function migrationJob(input: DesireInput, service: ServiceConfig): DesiredResource {
  const { identity, identitySettings } = workloadIdentity(input);
  const { registries, secrets } = imageSource(input, service);
  return {
    key: `job:${service.key}`,
    title: `migration job of ${service.name}`,
    id: resourceId(input, 'Microsoft.App/jobs', jobName(service)),
    type: 'Microsoft.App/jobs',
    apiVersion: CONTAINER_APPS_VERSION,
    ownership: 'tagged',
    holdsData: false,
    immutable: ['properties.environmentId'],
    createOnly: [],
    // A job of a release that was taken back may know more secrets.
    openArrays: ['properties.configuration.secrets'],
    timeoutInSeconds: 600,
    body: {
      location: input.config.locations.containerApps,
      tags: resourceTags(input),
      identity,
      properties: {
        environmentId: input.outputs.read('environmentId'),
        workloadProfileName: 'Consumption',
        configuration: {
          triggerType: 'Manual',
          replicaTimeout: MIGRATION_TIMEOUT_IN_SECONDS,
          // A migration that failed half-way is for a person to look at.
          replicaRetryLimit: 0,
          manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 },
          registries: [...registries],
          secrets: secretReferences(input, [...new Set([...usedSecrets(service), ...secrets])].sort()),
          identitySettings,
        },
        template: { containers: [migrationContainer(input, service)] },
      },
    },
  };
}

/** @param mark recognises an execution of ours, should the answer to its start be lost */
export function migrationContainer(input: DesireInput, service: ServiceConfig, mark?: string): JsonObject {
  return {
    name: 'migrate',
    image: imageOf(input, service),
    command: [...(service.migration?.command ?? [])],
    resources: { cpu: service.cpu, memory: service.memory },
    env: [...environmentVariables(input, service), ...(mark === undefined ? [] : [{ name: RUN_MARK, value: mark }])],
  };
}

export const RUN_MARK = 'DRAFTGENIE_RUN_ID';

export function jobName({ name }: ServiceConfig): string {
  return `${name.slice(0, MAX_NAME_LENGTH - SUFFIX.length).replace(/-+$/, '')}${SUFFIX}`;
}
