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
import { invalidField, refusal, type Template, type Workload } from './model.ts';
import { normaliseJobConfiguration, normaliseJobTemplate } from './normalise.ts';
import { storagesProblem } from './rules/storage-rules.ts';
import { volumesProblem } from './rules/volume-rules.ts';
import { secretReferenceProblem } from './secret-references.ts';
import { assignedIdentities, containersProblem, workloadProblem } from './template-rules.ts';
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
  const endsAt =
    cloud.now + (outcome?.ends === 'never' ? timeLimit(cloud, body) : cloud.duration(cloud.varied(EXECUTION_SECONDS)));
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

export function triggerProblem(body: JsonObject): Refusal | undefined {
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
  return sectionsProblem(configuration, trigger) ?? cronProblem(configuration) ?? eventProblem(body);
}

const SECTIONS = ['manual', 'schedule', 'event'];

/**
 * A job has one trigger, and what belongs to another has no effect on it. Counts of nothing are refused
 * (https://github.com/Azure/azure-cli/pull/32745), and as many completions as never run at a time
 * (https://learn.microsoft.com/azure/container-apps/jobs#advanced-job-configuration); the number of tries is none or more.
 */
function sectionsProblem(configuration: JsonObject, trigger: string): Refusal | undefined {
  for (const name of SECTIONS) {
    const section = configuration[`${name}TriggerConfig`];
    if (!isJsonObject(section)) continue;
    const field = `configuration.${name}TriggerConfig`;
    if (name !== trigger) return invalidField(field, `Trigger type is ${String(configuration.triggerType)}`);
    for (const count of ['parallelism', 'replicaCompletionCount']) {
      if (Number(section[count] ?? 1) < 1) return invalidField(`${field}.${count}`, 'Must be greater than 0');
    }
    if (Number(section.replicaCompletionCount ?? 1) > Number(section.parallelism ?? 1))
      return invalidField(`${field}.replicaCompletionCount`, 'Must be equal or less than the parallelism');
  }
  if (Number(configuration.replicaRetryLimit ?? 0) >= 0) return undefined;
  return invalidField('configuration.replicaRetryLimit', 'Must not be negative');
}

/** Five fields of numbers, `*`, ranges, lists and steps; code and words: https://github.com/microsoft/azure-container-apps/issues/886. */
const CRON_FIELD = /^(?:\*|\d+(?:-\d+)?)(?:\/[1-9]\d*)?(?:,(?:\*|\d+(?:-\d+)?)(?:\/[1-9]\d*)?)*$/;
const CRON_LIMITS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

function cronProblem({ scheduleTriggerConfig }: JsonObject): Refusal | undefined {
  if (!isJsonObject(scheduleTriggerConfig)) return undefined;
  const expression = String(scheduleTriggerConfig.cronExpression ?? '');
  const fields = expression.split(' ');
  const isRight =
    fields.length === CRON_LIMITS.length &&
    CRON_LIMITS.every(([least, most], index) => isCronField(fields[index] ?? '', least, most));
  if (isRight) return undefined;
  return refusal(
    'InvalidCronExpression',
    `Given CRON expression - '${expression}' is not valid, please visit https://learn.microsoft.com/en-us/rest/api/containerapps/preview/jobs/create-or-update?tabs=HTTP#scheduletriggerconfig for more information.`,
  );
}

function isCronField(field: string, least: number, most: number): boolean {
  if (!CRON_FIELD.test(field)) return false;
  const values = field.split(',').map((part) => part.replace(/\/.*$/, ''));
  return values.every((value) => {
    if (value === '*') return true;
    const [from = 0, to = from] = value.split('-').map(Number);
    return least <= from && from <= to && to <= most;
  });
}

/**
 * Scalers of requests (https://github.com/Azure/azure-rest-api-specs/pull/23724: jobs have no ingress) and of load
 * (https://keda.sh/docs/latest/scalers/cpu/) start no job. Who asks must be assigned to it:
 * https://learn.microsoft.com/azure/container-apps/scale-app#using-managed-identity
 */
const SCALERS_OF_APPS = ['http', 'tcp', 'cpu', 'memory'];

function eventProblem(body: JsonObject): Refusal | undefined {
  const scale = jsonAt(body, 'properties.configuration.eventTriggerConfig.scale');
  if (!isJsonObject(scale)) return undefined;
  const field = 'configuration.eventTriggerConfig.scale';
  const [least, most] = [Number(scale.minExecutions ?? 0), Number(scale.maxExecutions ?? 100)];
  if (least < 0 || most < 1 || least > most)
    return invalidField(field, `Executions from ${least} to ${most} are no range`);
  if (Number(scale.pollingInterval ?? 30) < 1)
    return invalidField(`${field}.pollingInterval`, 'Must be greater than 0');
  const rules = Array.isArray(scale.rules) ? scale.rules.filter(isJsonObject) : [];
  if (rules.length === 0) return invalidField(`${field}.rules`, 'There should be at least one rule');
  const assigned = assignedIdentities(body as unknown as Workload);
  for (const { name, type, identity } of rules) {
    if (!name || rules.filter((other) => other.name === name).length > 1)
      return invalidField(`${field}.rules`, `Rule name '${String(name ?? '')}' is missing or given more than once`);
    if (!type || SCALERS_OF_APPS.includes(String(type).toLowerCase()))
      return invalidField(`${field}.rules.${String(name)}.type`, `Scale type '${String(type ?? '')}' is not supported`);
    if (typeof identity === 'string' && identity !== '' && !isAssigned(body, assigned, identity))
      return refusal(
        'ManagedIdentityNotAssigned',
        `The identity '${identity}' is used in the configuration but is not assigned to the resource.`,
      );
  }
  return undefined;
}

function isAssigned(body: JsonObject, assigned: ReadonlySet<string>, identity: string): boolean {
  if (identity.toLowerCase() !== 'system') return assigned.has(identity.toLowerCase());
  return String(jsonAt(body, 'identity.type') ?? '')
    .toLowerCase()
    .includes('systemassigned');
}
