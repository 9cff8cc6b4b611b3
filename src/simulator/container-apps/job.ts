import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import { environmentOf, eventStreamEndpoint } from './app.ts';
import { defaultProfile, environmentId, environmentProblem, workloadNameProblem } from './app-rules.ts';
import type { Cloud } from './cloud.ts';
import {
  EXECUTION_SECONDS,
  type ExecutionRecord,
  type JobState,
  startExecution,
  type ToldOutcome,
} from './execution.ts';
import { identityProblem } from './identity.ts';
import { pullImages } from './image-pull.ts';
import { invalidField, type Template, type Workload } from './model.ts';
import { normaliseJobConfiguration, normaliseJobTemplate } from './normalise.ts';
import { storagesProblem } from './rules/storage-rules.ts';
import { volumesProblem } from './rules/volume-rules.ts';
import { secretReferenceProblem } from './secret-references.ts';
import { containersProblem, workloadProblem } from './template-rules.ts';
import { mountFailureMessage } from './volumes/mounts.ts';

export const JOB_WRITE_SECONDS = 15;

export function jobWriteProblem(cloud: Cloud, id: string, body: JsonObject): Refusal | undefined {
  const job = body as unknown as Workload;
  const name = id.slice(id.lastIndexOf('/') + 1);
  return (
    workloadNameProblem('ContainerAppsJob', name) ??
    environmentProblem(job, environmentOf(cloud, job)) ??
    workloadProblem(job) ??
    volumesProblem(name, job) ??
    storagesProblem(cloud, job) ??
    triggerProblem(body) ??
    identityProblem(cloud, id, job) ??
    secretReferenceProblem(cloud, job, environmentOf(cloud, job))
  );
}

/** The operation's failure when an image cannot be pulled. */
export function jobWriteFailure(cloud: Cloud, id: string, body: JsonObject): Refusal | undefined {
  const job = body as unknown as Workload;
  const pulled = pullImages(
    cloud,
    'job',
    id.slice(id.lastIndexOf('/') + 1),
    job,
    job.properties?.template?.containers ?? [],
  );
  return 'failure' in pulled ? pulled.failure : undefined;
}

/**
 * Starts an execution. A body with containers replaces the whole template for this run. Refused when the override is wrong
 * or its image cannot be pulled.
 *
 * @param outcomeOf what the execution was told to do, by its images
 */
export function startJob(
  cloud: Cloud,
  id: string,
  body: JsonObject,
  state: JobState,
  override: JsonObject | undefined,
  outcomeOf: (images: readonly string[]) => ToldOutcome | undefined,
): { readonly execution: ExecutionRecord } | { readonly refused: Refusal } {
  const job = body as unknown as Workload;
  const name = id.slice(id.lastIndexOf('/') + 1);
  const own = isJsonObject(body.properties) && isJsonObject(body.properties.template) ? body.properties.template : {};
  const replaces = Array.isArray(override?.containers) && override.containers.length > 0;
  const template = override && replaces ? override : own;
  const containers = (template as Template).containers ?? [];
  const wrong = containersProblem(containers, job.properties?.configuration?.secrets ?? []);
  if (wrong) return { refused: wrong };
  const pulled = pullImages(cloud, 'job', name, job, containers);
  if ('failure' in pulled) return { refused: pulled.failure };
  // What waits for a volume runs until its time is over.
  const unmounted = mountFailureMessage(cloud, environmentId(job) ?? '', template);
  const outcome: ToldOutcome | undefined = unmounted
    ? { ends: 'never', unmounted }
    : outcomeOf(containers.map(({ image = '' }) => image));
  const endsAt = cloud.now + (outcome?.ends === 'never' ? timeLimit(cloud, body) : cloud.duration(EXECUTION_SECONDS));
  const execution = startExecution(name, template, pulled.images, { now: cloud.now, endsAt, outcome });
  state.executions.push(execution);
  return { execution };
}

/** Milliseconds; where everything ends at once, what does not was told to last, by a clock that nobody hurries. */
function timeLimit(cloud: Cloud, body: JsonObject): number {
  const seconds = Number(jsonAt(body, 'properties.configuration.replicaTimeout') ?? 0);
  return cloud.duration(seconds) || seconds * 1000;
}

export function stopExecution(state: JobState, name: string, now: number): boolean {
  const index = state.executions.findIndex((execution) => execution.name === name);
  const execution = state.executions[index];
  if (!execution) return false;
  if (now < Date.parse(execution.endsAt)) {
    state.executions[index] = { ...execution, outcome: 'Stopped', exitCode: 137, endsAt: new Date(now).toISOString() };
  }
  return true;
}

/** The properties that GET answers. */
export function jobView(cloud: Cloud, body: JsonObject, id: string): JsonObject {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  const environment = environmentOf(cloud, body as unknown as Workload);
  return {
    runningStatus: 'Ready',
    environmentId: environmentId(body as unknown as Workload) ?? null,
    workloadProfileName: properties.workloadProfileName ?? defaultProfile(environment),
    configuration: normaliseJobConfiguration(isJsonObject(properties.configuration) ? properties.configuration : {}),
    template: normaliseJobTemplate(isJsonObject(properties.template) ? properties.template : {}),
    outboundIpAddresses: ['203.0.113.1'],
    eventStreamEndpoint: eventStreamEndpoint('jobs', id, String(body.location ?? '')),
  };
}

function triggerProblem(body: JsonObject): Refusal | undefined {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  const configuration = isJsonObject(properties.configuration) ? properties.configuration : {};
  const timeout = configuration.replicaTimeout;
  if (typeof timeout !== 'number' || timeout < 1) {
    return invalidField('configuration.replicaTimeout', 'A replica timeout of at least one second is needed');
  }
  const trigger = String(configuration.triggerType ?? '').toLowerCase();
  if (trigger === 'schedule' && !isJsonObject(configuration.scheduleTriggerConfig)) {
    return invalidField('configuration.scheduleTriggerConfig', 'A schedule needs its cron expression');
  }
  if (trigger === 'event' && !isJsonObject(configuration.eventTriggerConfig)) {
    return invalidField('configuration.eventTriggerConfig', 'An event trigger needs its scale rules');
  }
  return undefined;
}
