import type { DeploymentConfig, ServiceConfig } from './model.ts';
import type { JobConfig } from './model-choices.ts';
import type { SecretReader } from './service/service-secrets.ts';

export function jobsOf({ jobs = [] }: Pick<DeploymentConfig, 'jobs'>): readonly JobConfig[] {
  return jobs;
}

/** What has containers, with where it stands in the file. */
export interface Workload {
  readonly place: readonly [section: 'services' | 'jobs', key: string];
  readonly workload: SecretReader & ImageUser;
}

export function workloads(config: Pick<DeploymentConfig, 'services' | 'jobs'>): readonly Workload[] {
  const { application, infrastructure } = config.services;
  return [
    ...[...application, ...infrastructure].map((one): Workload => ({ place: ['services', one.key], workload: one })),
    ...jobsOf(config).map((one): Workload => ({ place: ['jobs', one.key], workload: one })),
  ];
}

/** What has an image by the step that builds, unless it brings its own. */
export type ImageUser = Pick<ServiceConfig, 'key' | 'name' | 'image' | 'dockerfile' | 'build'>;

/** Application services all, as their images are outputs whoever built them; jobs whose image is to be built. */
export function imageUsers(config: Pick<DeploymentConfig, 'services' | 'jobs'>): readonly ImageUser[] {
  return [...config.services.application, ...jobsOf(config).filter(({ image }) => image === undefined)];
}

/** Those whose image a deployment builds of sources; none where it is told to take what a registry has. */
export function builtWorkloads(
  config: Pick<DeploymentConfig, 'services' | 'jobs' | 'docker' | 'deployment'>,
): readonly ImageUser[] {
  if (config.docker.registry || config.deployment.skipBuild) return [];
  return imageUsers(config).filter(({ image, dockerfile }) => image === undefined && dockerfile !== undefined);
}

/** Of container apps and jobs: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftapp */
export const MAX_NAME_LENGTH = 32;

/** Names of the jobs that a deployment makes for a service by itself. */
export function companionJobName({ name }: Pick<ServiceConfig, 'name'>, suffix: '-migrate' | '-smoke'): string {
  return `${name.slice(0, MAX_NAME_LENGTH - suffix.length).replace(/-+$/, '')}${suffix}`;
}
