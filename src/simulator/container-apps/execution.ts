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
}

export interface JobState {
  executions: ExecutionRecord[];
}

/** What makes an execution fail from outside its image. */
export interface ExecutionOrder {
  readonly now: number;
  readonly endsAt: number;
  readonly failWith?: { readonly exitCode: number; readonly console: readonly string[] } | undefined;
}

export function startExecution(
  job: string,
  template: JsonObject,
  pulled: readonly PulledImage[],
  order: ExecutionOrder,
): ExecutionRecord {
  const failing =
    order.failWith ?? pulled.find(({ behaviour }) => behaviour.failingJob !== null)?.behaviour.failingJob ?? undefined;
  const containers = (template as Template).containers ?? [];
  return {
    name: `${job}-${randomSuffix()}`,
    startedAt: new Date(order.now).toISOString(),
    endsAt: new Date(order.endsAt).toISOString(),
    outcome: failing ? 'Failed' : 'Succeeded',
    exitCode: failing?.exitCode ?? 0,
    template,
    console: [
      ...containers.map((container) => `$ ${commandLine(container)}`),
      ...(failing ? [...failing.console, `exited with code ${failing.exitCode}`] : ['done']),
    ],
  };
}

function executionStatus(execution: ExecutionRecord, now: number): string {
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
      ...(over && execution.outcome === 'Failed'
        ? { reason: 'BackoffLimitExceeded', message: `Container exited with code ${execution.exitCode}` }
        : {}),
    },
  };
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

/** The console by now: all of it once the execution is over, its first line before. Each line with its time. */
export function executionConsole(execution: ExecutionRecord, now: number): readonly string[] {
  if (executionStatus(execution, now) === 'Running') {
    return execution.console.slice(0, 1).map((line) => `${execution.startedAt} ${line}`);
  }
  return execution.console.map((line, index) => `${index === 0 ? execution.startedAt : execution.endsAt} ${line}`);
}

function containersOf(execution: ExecutionRecord): readonly Container[] {
  return (execution.template as Template).containers ?? [];
}

function executionReplica(execution: ExecutionRecord): string {
  return `${execution.name}-${createHash('sha256').update(execution.name).digest('hex').slice(0, 5)}`;
}

function commandLine({ command = [], args = [], image }: Container): string {
  return [...command, ...args].join(' ') || (image ?? '');
}

function stamp(time: string): string {
  return time.replace(/\.\d+Z$/, '+00:00');
}
