import type { JobConfig, JobEvents, ScalerConfig } from '../model-choices.ts';
import type { RawJob } from '../schema/job-schema.ts';
import type { RawConfig } from '../schema.ts';
import { vaultName } from '../secrets.ts';
import { given, ownValue } from './given.ts';
import { normalizeContainer } from './normalize-containers.ts';

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
  const dockerfile = given(raw.dockerfile) ?? given(ownValue(docker?.dockerfiles, key));
  const image = given(raw.image);
  const schedule = given(raw.schedule);
  return {
    key,
    name: given(raw.name) ?? key.replaceAll('_', '-'),
    ...(image !== undefined && { image }),
    ...(dockerfile !== undefined && { dockerfile }),
    ...normalizeContainer(raw, CPU),
    ...(schedule !== undefined && { schedule }),
    ...(raw.event && { event: normalizeEvents(raw.event) }),
    parallelism: raw.parallelism ?? 1,
    completions: raw.completions ?? 1,
    retries: raw.retries ?? 0,
    timeoutInSeconds: raw.timeout ?? TIMEOUT_IN_SECONDS,
  };
}

type RawEvents = NonNullable<RawJob['event']>;

function normalizeEvents(raw: RawEvents): JobEvents {
  return {
    scalers: Object.fromEntries(Object.entries(raw.scalers).map(([name, scaler]) => [name, normalizeScaler(scaler)])),
    minExecutions: raw.min_executions ?? EVENTS.minExecutions,
    maxExecutions: raw.max_executions ?? EVENTS.maxExecutions,
    pollingIntervalInSeconds: raw.polling_interval ?? EVENTS.pollingIntervalInSeconds,
  };
}

function normalizeScaler({ type, metadata, secrets, identity }: RawEvents['scalers'][string]): ScalerConfig {
  const texts = Object.entries(metadata ?? {}).map(([name, value]) => [name, String(value)]);
  const names = Object.entries(secrets ?? {}).map(([parameter, name]) => [parameter, vaultName(name)]);
  return {
    type,
    metadata: Object.fromEntries(texts),
    ...(names.length > 0 && { secrets: Object.fromEntries(names) }),
    ...(identity === true && { identity }),
  };
}
