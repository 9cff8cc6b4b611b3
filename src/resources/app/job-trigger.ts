import type { JobConfig } from '../../domain/config/model-choices.ts';
import type { DesireInput } from '../../domain/desired.ts';
import type { FieldSettings } from '../../domain/ownership/owner.ts';
import type { JsonObject } from '../../shared/json.ts';
import { eventRule } from './scale.ts';

type Trigger = 'manual' | 'schedule' | 'event';

const CONFIGURATION = 'properties.configuration';
const SECTIONS: Readonly<Record<Trigger, string>> = {
  manual: 'manualTriggerConfig',
  schedule: 'scheduleTriggerConfig',
  event: 'eventTriggerConfig',
};

function triggerOf({ schedule, event }: JobConfig): Trigger {
  if (event) return 'event';
  return schedule === undefined ? 'manual' : 'schedule';
}

/** What starts a job: https://learn.microsoft.com/azure/container-apps/jobs#job-trigger-types */
export function jobTrigger(input: DesireInput, job: JobConfig): JsonObject {
  const { parallelism, completions, schedule, event } = job;
  const trigger = triggerOf(job);
  return {
    triggerType: `${trigger.charAt(0).toUpperCase()}${trigger.slice(1)}`,
    [SECTIONS[trigger]]: {
      parallelism,
      replicaCompletionCount: completions,
      ...(schedule !== undefined && { cronExpression: schedule }),
      ...(event && {
        scale: {
          minExecutions: event.minExecutions,
          maxExecutions: event.maxExecutions,
          pollingInterval: event.pollingIntervalInSeconds,
          rules: Object.entries(event.rules).map(([name, rule]) => ({ name, ...eventRule(input, rule) })),
        },
      }),
    },
  };
}

/** Fields that the job's own section of the file decides. */
export function jobSettings(job: JobConfig): FieldSettings {
  const section = `jobs.${job.key}`;
  const trigger = `${CONFIGURATION}.${SECTIONS[triggerOf(job)]}`;
  return {
    [`${CONFIGURATION}.replicaTimeout`]: `${section}.timeout`,
    [`${CONFIGURATION}.replicaRetryLimit`]: `${section}.retries`,
    [`${trigger}.parallelism`]: `${section}.parallelism`,
    [`${trigger}.replicaCompletionCount`]: `${section}.completions`,
    [`${trigger}.cronExpression`]: `${section}.schedule`,
    [`${trigger}.scale.rules`]: `${section}.event.rules`,
    [`${trigger}.scale.minExecutions`]: `${section}.event.min_executions`,
    // Never fewer than the least.
    [`${trigger}.scale.maxExecutions`]: [`${section}.event.max_executions`, `${section}.event.min_executions`],
    [`${trigger}.scale.pollingInterval`]: `${section}.event.polling_interval`,
    'properties.template.volumes': `${section}.volumes`,
    // Azure takes certain pairs of these only.
    'properties.template.containers.resources': [`${section}.cpu`, `${section}.memory`],
  };
}
