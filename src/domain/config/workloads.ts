import type { DeploymentConfig, ServiceConfig } from './model.ts';
import type { JobConfig } from './model-choices.ts';
import type { ServiceContainers } from './service-containers.ts';

export function jobsOf({ jobs = [] }: Pick<DeploymentConfig, 'jobs'>): readonly JobConfig[] {
  return jobs;
}

/** What has containers, with where it stands in the file. */
export interface Workload {
  readonly place: readonly [section: string, key: string];
  readonly containers: ServiceContainers;
}

export function workloads(config: Pick<DeploymentConfig, 'services' | 'jobs'>): readonly Workload[] {
  const { application, infrastructure } = config.services;
  return [
    ...[...application, ...infrastructure].map((one): Workload => ({ place: ['services', one.key], containers: one })),
    ...jobsOf(config).map((one): Workload => ({ place: ['jobs', one.key], containers: one })),
  ];
}

/** What has an image by the step that builds, unless it brings its own. */
export type ImageUser = Pick<ServiceConfig, 'key' | 'name' | 'image' | 'dockerfile'>;

/** Application services all, as their images are outputs whoever built them; jobs whose image is to be built. */
export function imageUsers(config: Pick<DeploymentConfig, 'services' | 'jobs'>): readonly ImageUser[] {
  return [...config.services.application, ...jobsOf(config).filter(({ image }) => image === undefined)];
}

/** The vault's secrets that the scalers of a job ask with. */
export function scalerSecrets({ event }: Pick<JobConfig, 'event'>): readonly string[] {
  return Object.values(event?.scalers ?? {}).flatMap(({ secrets = {} }) => Object.values(secrets));
}

const MAX_NAME_LENGTH = 32;

/** Names of the jobs that a deployment makes for a service by itself. */
export function companionJobName({ name }: Pick<ServiceConfig, 'name'>, suffix: '-migrate' | '-smoke'): string {
  return `${name.slice(0, MAX_NAME_LENGTH - suffix.length).replace(/-+$/, '')}${suffix}`;
}
