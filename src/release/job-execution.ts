import { z } from 'zod';
import type { ArmReply, Azure, JobExecutionView } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import { RUN_MARK } from '../domain/config/service/own-variables.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { operationKind } from '../domain/durations/durations.ts';
import { defineRecords } from '../engine/record.ts';
import type { StepContext } from '../engine/step.ts';
import { notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { JOB } from '../resources/job.ts';
import type { ErrorCode } from '../shared/error-codes.ts';
import { UserError } from '../shared/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';
import { applicationLog } from './application-log.ts';

const LOG_LINES = 20;
/** A started execution that never shows up in the list. */
const APPEARS_WITHIN_IN_SECONDS = 60;
/** Azure names no time for an execution. */
const FIRST_LOOK_AFTER_IN_SECONDS = 0.1;
const IN_VAIN = ['Failed', 'Stopped', 'Degraded'];
const ENDED = ['Succeeded', ...IN_VAIN];
/** Of the hash of what is run, in the mark of an execution. */
const SUBJECT_LENGTH = 12;

export interface ExecutionOrder {
  readonly job: DesiredResource;
  readonly service: Pick<ServiceConfig, 'key' | 'name'>;
  /** What is run: the image and the command. An execution of something else is only waited for. */
  readonly subject: string;
  /** For people: `the migration of draft-service`. */
  readonly title: string;
  readonly timeoutInSeconds: number;
  /** What tells an execution of ours among its variables, should the answer to its start be lost. */
  readonly told:
    | { readonly container: (mark: string) => JsonObject }
    /** The job's own template has it: what is told at a start has no volumes (the schema's JobExecutionContainer). */
    | { readonly mark: string };
  /** A run whose execution of the same counts as this one's. */
  readonly predecessor?: string | undefined;
  /** What its end is called when it was no success. */
  readonly failure: { readonly code: ErrorCode; readonly hint: string };
}

/** An execution that was asked for; its name is known once Azure has answered. */
const executions = defineRecords({
  name: 'execution',
  scope: 'inherited',
  schema: z.object({ mark: z.string(), subject: z.string(), name: z.string().exactOptional() }),
});
type ExecutionRecord = z.infer<typeof executions.schema>;

/**
 * Starts one execution of a job in this run, or looks at it once. Starting is not repeatable, so the intent is recorded first;
 * an execution whose name is not known is recognised by the run's id among its variables.
 * @returns undefined when it has succeeded
 * @throws UserError with the order's code and the last lines of its log
 */
export async function followExecution(context: StepContext, order: ExecutionOrder): Promise<Waiting | undefined> {
  const { key } = order.service;
  const record = context.memory.read(executions, key);
  if (!record) return await findOrStart(context, order);
  if (record.subject !== order.subject) return await outlast(context, order, record);
  if (record.name !== undefined) return await look(context, order, record.name);
  const { subscription, group, name } = nameParts(order.job);
  return await untilReady<Waiting | undefined>(context, `execution:${key}-appears`, async () => {
    const ours = (await context.azure.apps.executions(subscription, group, name)).find(
      ({ env }) => env[RUN_MARK] === record.mark,
    );
    if (ours) {
      await context.memory.write(executions, { ...record, name: ours.name }, key);
      return await look(context, order, ours.name);
    }
    // The request may have been lost before it arrived, or its effect may not show yet.
    return notReady({
      on: `${order.title} to appear`,
      limitInSeconds: APPEARS_WITHIN_IN_SECONDS,
      whenOver: () => start(context, order),
    });
  });
}

/**
 * A storage may have forgotten that it was started, or that it is over: the execution itself tells whose it is and of what. One that
 * failed does not stand for another try.
 */
async function findOrStart(context: StepContext, order: ExecutionOrder): Promise<Waiting | undefined> {
  const { subscription, group, name } = nameParts(order.job);
  const known = (await context.azure.apps.executions(subscription, group, name)).find(
    ({ env, status }) => isOf(context, order, env[RUN_MARK]) && !IN_VAIN.includes(status),
  );
  if (!known) return await start(context, order);
  const mark = known.env[RUN_MARK] ?? '';
  await context.memory.write(executions, { mark, subject: order.subject, name: known.name }, order.service.key);
  return await look(context, order, known.name);
}

function isOf(
  { runId, looksOnly = false }: StepContext,
  { told, subject, predecessor }: ExecutionOrder,
  mark: string | undefined,
): boolean {
  if (mark === undefined) return false;
  if ('mark' in told) return mark === told.mark;
  // Who only looks starts none: that it was done, by whichever run, is what there is to know.
  if (looksOnly) return mark.includes(markOf('', subject));
  const runs = [runId, ...(predecessor === undefined ? [] : [predecessor])];
  return runs.some((run) => mark.startsWith(markOf(run, subject)));
}

/** The time is added, so that each start has its own. */
function markOf(runId: string, subject: string): string {
  return `${runId}/${subject.slice(0, SUBJECT_LENGTH)}/`;
}

/** An earlier run's execution of another image: it is not disturbed, and its end is not ours to judge. */
async function outlast(
  context: StepContext,
  order: ExecutionOrder,
  { mark, name }: ExecutionRecord,
): Promise<Waiting | undefined> {
  const place = nameParts(order.job);
  return await untilReady<Waiting>(context, `outlast:${mark}`, async () => {
    const all = await context.azure.apps.executions(place.subscription, place.group, place.name);
    const running = all.find(
      (one) => (one.name === name || one.env[RUN_MARK] === mark) && ['Running', 'Processing'].includes(one.status),
    );
    if (!running) return await start(context, order);
    return notReady<Waiting>({
      on: `an earlier run of ${order.title}`,
      afterInSeconds: 5,
      limitInSeconds: limitOf(order),
      whenOver: () => {
        throw new UserError(`An earlier run of ${order.title} does not end (${running.name}).`, {
          code: 'OperationTimedOut',
          hint: 'Stop that execution of the job in the portal, and start the deployment again.',
        });
      },
    });
  });
}

async function start(context: StepContext, order: ExecutionOrder): Promise<Waiting> {
  const { job, service, subject, title, told } = order;
  const mark = 'mark' in told ? told.mark : `${markOf(context.runId, subject)}${context.clock.now().getTime()}`;
  await context.memory.write(executions, { mark, subject }, service.key);
  const body = 'mark' in told ? undefined : { containers: [told.container(mark)] };
  const reply = await context.azure.arm.post(`${job.id}/start`, job.kind.apiVersion, body, { repeatable: false });
  const name = reply.kind === 'done' ? nameOf(reply.body) : undefined;
  await context.memory.write(executions, { mark, subject, ...(name !== undefined && { name }) }, service.key);
  context.progress(`${service.name}: started ${title}`);
  return { kind: 'waiting', retryAfterInSeconds: FIRST_LOOK_AFTER_IN_SECONDS, on: title };
}

/**
 * Starts one execution by the job's own template, outside of any run.
 * @param pause between two looks at the operation, in seconds
 * @returns its name
 */
export async function startOnce(
  { arm }: Pick<Azure, 'arm'>,
  jobId: string,
  pause: (seconds: number) => Promise<void>,
): Promise<string> {
  const reply = await arm.post(`${jobId}/start`, JOB.apiVersion, undefined, { repeatable: false });
  const body = reply.kind === 'done' ? reply.body : await resultOf(arm, reply, pause);
  const name = nameOf(body);
  if (name !== undefined) return name;
  throw new UserError(`Azure started ${jobId} and did not say how it calls the execution.`, {
    code: 'azure_answer_incomplete',
    hint: 'Look at the executions of the job in the portal.',
  });
}

async function resultOf(
  arm: Azure['arm'],
  { operation }: Extract<ArmReply, { kind: 'started' }>,
  pause: (seconds: number) => Promise<void>,
): Promise<Json> {
  let progress = await arm.poll(operation);
  while (progress.kind === 'running') {
    await pause(progress.retryAfterInSeconds);
    progress = await arm.poll(operation);
  }
  return progress.body;
}

/** One look at an execution: how it ended; undefined while it has not, and while it does not show yet. */
export async function endOf(
  { apps }: Pick<Azure, 'apps'>,
  jobId: string,
  execution: string,
): Promise<JobExecutionView | undefined> {
  const { subscription, group, name } = nameParts({ id: jobId });
  const found = await apps.execution(subscription, group, name, execution);
  return found && ENDED.includes(found.status) ? found : undefined;
}

/** The last lines of its log, fit to be shown. */
export async function logOf(
  context: Pick<StepContext, 'azure' | 'outputs' | 'state'>,
  jobId: string,
  execution: string,
): Promise<readonly string[]> {
  const { subscription, group, name } = nameParts({ id: jobId });
  return await applicationLog(context, () => context.azure.apps.executionLog(subscription, group, name, execution));
}

/** The job ends it by itself; Azure may need a while to tell. */
function limitOf({ timeoutInSeconds }: ExecutionOrder): number {
  return timeoutInSeconds + 300;
}

async function look(context: StepContext, order: ExecutionOrder, execution: string): Promise<Waiting | undefined> {
  const { job, service, title } = order;
  const ended = await untilReady<string | undefined>(context, `ends:${execution}`, async () => {
    const found = await endOf(context.azure, job.id, execution);
    if (found) return found.status;
    const of = operationKind('execution', context.config.azure.location, nameParts(job).name);
    return notReady({ on: title, limitInSeconds: limitOf(order), of, whenOver: () => undefined });
  });
  if (isWaiting(ended)) return ended;
  await context.memory.delete(executions, service.key);
  if (ended !== 'Succeeded') throw await failureOf(context, order, { execution, status: ended });
  context.progress(`${service.name}: ${title} succeeded`);
  return undefined;
}

/** @param status undefined when it did not end in time */
async function failureOf(
  context: StepContext,
  { job, service, title, failure }: ExecutionOrder,
  { execution, status }: { readonly execution: string; readonly status: string | undefined },
): Promise<UserError> {
  const log = await logOf(context, job.id, execution);
  for (const line of log) context.log('error', line, service.key);
  const tail = log.slice(-LOG_LINES).join('\n');
  return new UserError(
    `${title.charAt(0).toUpperCase()}${title.slice(1)} ${status === undefined ? 'did not end in time' : `ended as ${status}`} (${execution}).${tail ? ` Its log ends:\n${tail}` : ' It left no log.'}`,
    {
      code: failure.code,
      hint: failure.hint,
    },
  );
}

function nameOf(body: Json): string | undefined {
  return isJsonObject(body) && typeof body.name === 'string' ? body.name : undefined;
}

function nameParts({ id }: Pick<DesiredResource, 'id'>): { subscription: string; group: string; name: string } {
  const [, , subscription = '', , group = ''] = id.split('/');
  return { subscription, group, name: id.split('/').at(-1) ?? '' };
}
