import type { JobConfig, JobEvents } from '../model-choices.ts';
import type { RawJob } from '../schema/job-schema.ts';
import type { RawConfig } from '../schema.ts';
import { given, ownValue } from './given.ts';
import { normalizeBuild } from './normalize-build.ts';
import { normalizeContainer, normalizeInit, normalizeVolumes } from './normalize-containers.ts';
import { normalizeRules } from './normalize-scale.ts';

const CPU = 0.5;
const TIMEOUT_IN_SECONDS = 1800;
/** As Azure has them: https://learn.microsoft.com/azure/container-apps/jobs#event-driven-jobs */
const EVENTS = { minExecutions: 0, maxExecutions: 100, pollingIntervalInSeconds: 30 };

/** Absent where there are none, as configurations of before are. */
export function normalizeJobs({ jobs, docker }: Pick<RawConfig, 'jobs' | 'docker'>): { jobs?: readonly JobConfig[] } {
  const found = Object.entries(jobs ?? {}).map(([key, raw]) => normalizeJob(key, raw, docker));
  return found.length === 0 ? {} : { jobs: found };
}

function normalizeJob(key: string, raw: RawJob, docker: RawConfig['docker']): JobConfig {
  const build = normalizeBuild(raw.build);
  const dockerfile = given(raw.dockerfile) ?? given(ownValue(docker?.dockerfiles, key)) ?? build?.dockerfile;
  const image = given(raw.image);
  const schedule = given(raw.schedule);
  const container = normalizeContainer(raw, CPU);
  const init = normalizeInit(raw.init, container.cpu);
  const volumes = normalizeVolumes(raw.volumes);
  return {
    key,
    name: given(raw.name) ?? key.replaceAll('_', '-'),
    ...(image !== undefined && { image }),
    ...(dockerfile !== undefined && { dockerfile }),
    ...(build?.settings && { build: build.settings }),
    ...container,
    ...(init.length > 0 && { init }),
    ...(Object.keys(volumes).length > 0 && { volumes }),
    ...(schedule !== undefined && { schedule }),
    ...(raw.event && { event: normalizeEvents(raw.event) }),
    parallelism: raw.parallelism ?? 1,
    completions: raw.completions ?? 1,
    retries: raw.retries ?? 0,
    timeoutInSeconds: raw.timeout ?? TIMEOUT_IN_SECONDS,
  };
}

function normalizeEvents(raw: NonNullable<RawJob['event']>): JobEvents {
  return {
    rules: normalizeRules(raw.rules),
    minExecutions: raw.min_executions ?? EVENTS.minExecutions,
    maxExecutions: raw.max_executions ?? EVENTS.maxExecutions,
    pollingIntervalInSeconds: raw.polling_interval ?? EVENTS.pollingIntervalInSeconds,
  };
}
