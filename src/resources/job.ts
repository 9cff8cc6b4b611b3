import type { ServiceConfig } from '../domain/config/model.ts';
import type { JobConfig } from '../domain/config/model-choices.ts';
import { SecretName } from '../domain/config/secrets.ts';
import { companionJobName, MAX_NAME_LENGTH } from '../domain/config/workloads.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { nameOf, resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { hashJson, type JsonObject } from '../shared/json.ts';
import { initContainers, ownContainer } from './app/containers.ts';
import { DUMP_TIMEOUT_IN_SECONDS, type DumpOrder, dumpTemplate } from './app/dump.ts';
import { jobSettings, jobTrigger } from './app/job-trigger.ts';
import { MIGRATION_TIMEOUT_IN_SECONDS, migrationContainer } from './app/migration.ts';
import { pullsOf, pullsOfImages } from './app/pulls.ts';
import { REGISTRIES } from './app/registries.ts';
import { executionUses, isByConsumption } from './app/replica-meters.ts';
import { SECRETS } from './app/secrets.ts';
import { idleContainer, SMOKE_TIMEOUT_IN_SECONDS } from './app/smoke.ts';
import { volumesOf } from './app/volumes.ts';
import { secretReferences, secretsIn, usedSecrets, workloadIdentity } from './app/workload.ts';
import { ownPage } from './columns/portal.ts';
import type { ResourceKind } from './kind.ts';

export const JOB: ResourceKind<'Microsoft.App/jobs'> = {
  type: 'Microsoft.App/jobs',
  apiVersion: '2026-07-01',
  fingerprintVersion: '2026-01-01',
  provider: 'Microsoft.App',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.containerApp,
  uniqueName: null,
  // The region is its environment's, which is asked about.
  availability: [],
  permission: null,
  holdsData: false,
  update: 'patch',
  immutable: ['location', 'properties.environmentId', 'properties.configuration.triggerType'],
  createOnly: [],
  // A job of a release that was taken back may know more secrets, and others may have some of their own.
  openArrays: [SECRETS],
  toldArrays: [SECRETS],
  // What an execution of a job of our own runs is told to each one at its start, so the job's template is whatever the last one
  // was, also of a release that was taken back since.
  volatile: ['properties.template'],
  settings: { location: 'locations.container_apps' },
  invariants: {},
  // How long an execution of a job of our own may last, and how often it is tried, no key of the configuration says.
  defaults: [
    'properties.workloadProfileName',
    'properties.configuration.replicaTimeout',
    'properties.configuration.replicaRetryLimit',
  ],
  computed: [
    'tags',
    'identity',
    'properties.environmentId',
    'properties.configuration.triggerType',
    'properties.configuration.manualTriggerConfig',
    REGISTRIES,
    SECRETS,
    'properties.configuration.identitySettings',
    'properties.template',
  ],
  withdrawn: [
    'properties.template.containers.command',
    'properties.template.containers.args',
    'properties.template.containers.volumeMounts',
    'properties.template.volumes',
    'properties.template.initContainers',
  ],
  nestedMembers: ['properties.template.containers', 'properties.template.initContainers'],
  // One after the other: https://learn.microsoft.com/azure/container-apps/containers#init-containers
  sequences: ['properties.template.initContainers'],
  wholeMembers: [REGISTRIES, 'properties.template.volumes'],
  timeoutInSeconds: 600,
  deletion: { how: 'request', softDeleted: null },
  cost: ({ body, assumptions }) => (isByConsumption(body) ? executionUses(body, assumptions) : []),
  portalPage: ownPage,
};

type Job = DesiredResource<typeof JOB>;

/**
 * A job of the configuration, which Azure starts by its own template: what differs there is drift. It has the secrets of its
 * scalers beside those of its variables.
 */
export function configuredJob(input: DesireInput, job: JobConfig): Job {
  const { identity, identitySettings } = workloadIdentity(input);
  const { registries, secrets } = pullsOf(input, job);
  const names = [...new Set([...usedSecrets(job), ...secrets])].sort();
  return {
    kind: JOB,
    key: `${CONFIGURED}${job.key}`,
    title: `job ${job.name}`,
    id: resourceId(input, JOB.type, job.name),
    settings: jobSettings(job),
    volatile: [],
    body: {
      location: input.config.locations.containerApps,
      tags: resourceTags(input),
      identity,
      properties: {
        environmentId: input.outputs.read('environmentId'),
        workloadProfileName: 'Consumption',
        configuration: {
          replicaTimeout: job.timeoutInSeconds,
          replicaRetryLimit: job.retries,
          ...jobTrigger(input, job),
          registries: [...registries],
          secrets: secretReferences(input, names),
          identitySettings,
        },
        template: {
          containers: [ownContainer(input, job)],
          ...initContainers(input, job),
          ...volumesOf(input, job),
        },
      },
    },
  };
}

/** `job:…` are the migrations of services, from before there were others. */
const CONFIGURED = 'task:';

export interface DeployedJob {
  /** In the configuration. */
  readonly key: string;
  readonly name: string;
  readonly id: string;
}

/** The jobs of the configuration among the recorded resources. */
export function deployedJobs(resources: Readonly<Record<string, { readonly id: string }>>): readonly DeployedJob[] {
  return Object.entries(resources).flatMap(([key, { id }]) =>
    key.startsWith(CONFIGURED) ? [{ key: key.slice(CONFIGURED.length), name: nameOf(id), id }] : [],
  );
}

/** The job that runs a service's migration with the new image, before the new code starts. */
export function migrationJob(input: DesireInput, service: ServiceConfig): Job {
  const { identity, identitySettings } = workloadIdentity(input);
  const { registries, secrets } = pullsOf(input, {
    name: service.name,
    ...(service.image !== undefined && { image: service.image }),
  });
  return {
    kind: JOB,
    key: `job:${service.key}`,
    title: `migration job of ${service.name}`,
    id: resourceId(input, JOB.type, migrationJobName(service)),
    body: {
      location: input.config.locations.containerApps,
      tags: resourceTags(input),
      identity,
      properties: properties({
        environmentId: input.outputs.read('environmentId'),
        replicaTimeout: MIGRATION_TIMEOUT_IN_SECONDS,
        configuration: {
          registries: [...registries],
          secrets: secretReferences(input, [...new Set([...secretsIn(service), ...secrets])].sort()),
          identitySettings,
        },
        template: { containers: [migrationContainer(input, service)] },
      }),
    },
  };
}

/** The job that asks an internal service; which revision, each execution is told. */
export function smokeJob(input: DesireInput, service: ServiceConfig): Job {
  const { registries, secrets } = pullsOfImages(input, [input.config.release.smokeImage]);
  const { identity, identitySettings } = registries.length === 0 ? {} : workloadIdentity(input);
  return {
    kind: JOB,
    key: `smoke:${service.key}`,
    title: `smoke job of ${service.name}`,
    id: resourceId(input, JOB.type, companionJobName(service, '-smoke')),
    body: {
      location: input.config.locations.containerApps,
      tags: resourceTags(input),
      ...(identity && { identity }),
      properties: properties({
        environmentId: input.outputs.read('environmentId'),
        replicaTimeout: SMOKE_TIMEOUT_IN_SECONDS,
        configuration: identitySettings
          ? { registries: [...registries], secrets: secretReferences(input, secrets), identitySettings }
          : {},
        template: { containers: [idleContainer(input)] },
      }),
    },
  };
}

/** The place of the job that dumps a server's databases. Names of servers are longer than those of jobs. */
export function dumpJobPlace(input: DesireInput, serverId: string): Pick<Job, 'kind' | 'key' | 'title' | 'id'> {
  const server = nameOf(serverId);
  const unique = hashJson(serverId.toLowerCase()).slice(0, 8);
  const name = `dump-${server
    .replaceAll(/-+/g, '-')
    .slice(0, MAX_NAME_LENGTH - 14)
    .replace(/-+$/, '')}-${unique}`;
  return {
    kind: JOB,
    key: `dump:${server}`,
    title: `job that dumps ${server}`,
    id: resourceId(input, JOB.type, name),
  };
}

/** The job that dumps a server's databases before it is deleted. */
export function dumpJob(input: DesireInput, order: DumpOrder): Job {
  const { identity } = workloadIdentity(input);
  return {
    ...dumpJobPlace(input, order.server.id),
    body: {
      location: input.config.locations.containerApps,
      tags: resourceTags(input),
      identity,
      properties: properties({
        environmentId: input.outputs.read('environmentId'),
        replicaTimeout: DUMP_TIMEOUT_IN_SECONDS,
        configuration: {
          secrets: secretReferences(input, [SecretName.postgresPassword]),
          // The container that dumps has the password, and no identity:
          // https://learn.microsoft.com/azure/container-apps/managed-identity#control-managed-identity-availability
          identitySettings: [{ identity: input.outputs.read('identityId'), lifecycle: 'Main' }],
        },
        template: dumpTemplate(order),
      }),
    },
  };
}

export function migrationJobName(service: ServiceConfig): string {
  return companionJobName(service, '-migrate');
}

function properties(job: {
  readonly environmentId: string;
  readonly replicaTimeout: number;
  readonly configuration: JsonObject;
  readonly template: JsonObject;
}): JsonObject {
  return {
    environmentId: job.environmentId,
    workloadProfileName: 'Consumption',
    configuration: {
      triggerType: 'Manual',
      replicaTimeout: job.replicaTimeout,
      // What failed half-way is for a person to look at.
      replicaRetryLimit: 0,
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 },
      ...job.configuration,
    },
    template: job.template,
  };
}
