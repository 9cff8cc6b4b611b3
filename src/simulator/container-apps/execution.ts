import { createHash } from 'node:crypto';
import type { JsonObject } from '../../shared/json.ts';
import type { PulledImage } from './image-pull.ts';
import type { Container, Template } from './model.ts';
import { normaliseJobTemplate } from './normalise.ts';
import { randomSuffix } from './revision.ts';

/** How long an execution runs, in seconds of the real Azure, when nothing makes it longer. */
export const EXECUTION_SECONDS = 20;

/** One run of a job as it is stored; its status is computed from the times. */
export interface ExecutionRecord {
  readonly name: string;
  /** ISO 8601, as all times here. */
  readonly startedAt: string;
  readonly endsAt: string;
  readonly outcome: 'Succeeded' | 'Failed' | 'Stopped';
  readonly exitCode: number;
  /** The template of this run, environment included. */
  readonly template: JsonObject;
  readonly console: readonly string[];
  /** Why it failed, where its containers did not end by themselves. */
  readonly reason?: string;
  /** Why its containers never started. */
  readonly unmounted?: string;
}

export interface JobState {
  executions: ExecutionRecord[];
}

/** When an execution runs, and what it was told to do whatever its image says. */
export interface ExecutionOrder {
  readonly now: number;
  readonly endsAt: number;
  readonly outcome?: ToldOutcome | undefined;
}

export interface ToldOutcome {
  /** `never`: until the job's time limit. */
  readonly ends: 'succeeded' | 'failed' | 'never';
  readonly exitCode?: number;
  readonly console?: readonly string[];
  /** Its containers never start, since a volume cannot be mounted: what the system log says. */
  readonly unmounted?: string;
}

export function startExecution(
  job: string,
  template: JsonObject,
  pulled: readonly PulledImage[],
  order: ExecutionOrder,
): ExecutionRecord {
  const own = pulled.find(({ behaviour }) => behaviour.failingJob !== null)?.behaviour.failingJob;
  const told: ToldOutcome = order.outcome ?? { ends: own ? 'failed' : 'succeeded', ...own };
  // One that its time limit ends is killed.
  const exitCode = { succeeded: 0, failed: told.exitCode ?? 1, never: 137 }[told.ends];
  const containers = (template as Template).containers ?? [];
  return {
    name: `${job}-${randomSuffix()}`,
    startedAt: new Date(order.now).toISOString(),
    endsAt: new Date(order.endsAt).toISOString(),
    outcome: told.ends === 'succeeded' ? 'Succeeded' : 'Failed',
    exitCode,
    ...(told.ends === 'never' && { reason: 'DeadlineExceeded' }),
    ...(told.unmounted !== undefined && { unmounted: told.unmounted }),
    template,
    console:
      told.unmounted !== undefined
        ? []
        : [
            ...containers.map((container) => `$ ${commandLine(container)}`),
            ...(told.console ?? []),
            exitCode === 0 ? 'done' : `exited with code ${exitCode}`,
          ],
  };
}

export function executionStatus(execution: ExecutionRecord, now: number): string {
  return now < Date.parse(execution.endsAt) ? 'Running' : execution.outcome;
}

/** `GET …/jobs/{job}/executions/{name}`. */
export function executionBody(execution: ExecutionRecord, jobId: string, now: number): JsonObject {
  const status = executionStatus(execution, now);
  const over = status !== 'Running';
  const { containers, initContainers } = normaliseJobTemplate(execution.template);
  return {
    id: `${jobId}/executions/${execution.name}`,
    name: execution.name,
    type: 'Microsoft.App/jobs/executions',
    properties: {
      status,
      startTime: stamp(execution.startedAt),
      ...(over ? { endTime: stamp(execution.endsAt) } : {}),
      template: { containers: containers ?? null, initContainers: initContainers ?? null },
      detailedStatus: {
        replicas: [
          {
            name: executionReplica(execution),
            containers: containersOf(execution).map(({ name = '' }) => ({
              name,
              code: over ? execution.exitCode : 0,
              status: over ? (execution.outcome === 'Succeeded' ? 'Completed' : 'Error') : 'Running',
              additionalInformation: '',
            })),
          },
        ],
      },
      ...(over && execution.outcome === 'Failed' ? failureOf(execution) : {}),
    },
  };
}

/** The words of a time limit: https://github.com/microsoft/azure-container-apps/issues/986. */
function failureOf({ reason, exitCode }: ExecutionRecord): JsonObject {
  return reason === undefined
    ? { reason: 'BackoffLimitExceeded', message: `Container exited with code ${exitCode}` }
    : { reason, message: 'Job was active longer than specified deadline' };
}

/** `GET …/executions/{name}/replicas` (2023-11-02-preview and later previews), where the log's address stands. */
export function executionReplicaBody(
  execution: ExecutionRecord,
  jobId: string,
  eventStream: string,
  now: number,
): JsonObject {
  const name = executionReplica(execution);
  const running = executionStatus(execution, now) === 'Running';
  const stream = `${eventStream.replace(/\/eventstream$/, '')}/executions/${execution.name}/replicas/${name}`;
  return {
    id: `${jobId}/executions/${execution.name}/replicas/${name}`,
    name,
    type: 'Microsoft.App/jobs/executions/replicas',
    properties: {
      createdTime: execution.startedAt,
      runningState: running ? 'Running' : 'NotRunning',
      containers: containersOf(execution).map((container) => ({
        name: container.name ?? '',
        containerId: `containerd://${createHash('sha256').update(`${name}/${container.name}`).digest('hex')}`,
        ready: running,
        started: running,
        restartCount: 0,
        logStreamEndpoint: `${stream}/containers/${container.name}/logstream`,
        execEndpoint: `${stream}/containers/${container.name}/exec`,
      })),
    },
  };
}

export function containersOf(execution: ExecutionRecord): readonly Container[] {
  return (execution.template as Template).containers ?? [];
}

export function executionReplica(execution: ExecutionRecord): string {
  return `${execution.name}-${createHash('sha256').update(execution.name).digest('hex').slice(0, 5)}`;
}

function commandLine({ command = [], args = [], image }: Container): string {
  return [...command, ...args].join(' ') || (image ?? '');
}

function stamp(time: string): string {
  return time.replace(/\.\d+Z$/, '+00:00');
}
