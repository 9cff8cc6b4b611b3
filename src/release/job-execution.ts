import type { ServiceConfig } from '../domain/config/model.ts';
import type { DesiredResource } from '../domain/desired.ts';
import type { StepContext } from '../engine/step.ts';
import { endPatience, type Waiting, waitPatiently } from '../engine/waiting.ts';
import { RUN_MARK } from '../resources/app/workload.ts';
import type { ErrorCode } from '../shared/error-codes.ts';
import { UserError } from '../shared/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';
import { applicationLog } from './application-log.ts';

const LOG_LINES = 20;
/** A started execution that never shows up in the list. */
const APPEARS_WITHIN_IN_SECONDS = 60;

export interface ExecutionOrder {
  readonly job: DesiredResource;
  readonly service: ServiceConfig;
  /** What is run: the image and the command. An execution of something else is only waited for. */
  readonly subject: string;
  /** For people: `the migration of draft-service`. */
  readonly title: string;
  readonly timeoutInSeconds: number;
  /** @param mark among its variables, recognises an execution of ours should the answer to its start be lost */
  container(mark: string): JsonObject;
  /** What its end is called when it was no success. */
  readonly failure: { readonly code: ErrorCode; readonly hint: string };
}

type ExecutionRecord = { readonly mark: string; readonly subject: string; readonly name?: string };

/**
 * Starts one execution of a job in this run, or looks at it once. Starting is not repeatable, so the intent is recorded first;
 * an execution whose name is not known is recognised by the run's id among its variables.
 * @returns undefined when it has succeeded
 * @throws UserError with the order's code and the last lines of its log
 */
export async function followExecution(context: StepContext, order: ExecutionOrder): Promise<Waiting | undefined> {
  const key = `execution:${order.service.key}`;
  const record = context.memory.get<ExecutionRecord>(key);
  if (!record) return await start(context, order);
  if (record.subject !== order.subject) return await outlast(context, order, record);
  if (record.name !== undefined) return await look(context, order, record.name);
  const { subscription, group, name } = nameParts(order.job);
  const ours = (await context.azure.apps.executions(subscription, group, name)).find(
    ({ env }) => env[RUN_MARK] === record.mark,
  );
  if (ours) {
    await context.memory.set(key, { ...record, name: ours.name });
    return await look(context, order, ours.name);
  }
  // The request may have been lost before it arrived, or its effect may not show yet.
  const waiting = await waitPatiently(context, {
    name: `${key}-appears`,
    on: `${order.title} to appear`,
    limitInSeconds: APPEARS_WITHIN_IN_SECONDS,
  });
  if (waiting) return waiting;
  await endPatience(context, `${key}-appears`);
  return await start(context, order);
}

/** An earlier run's execution of another image: it is not disturbed, and its end is not ours to judge. */
async function outlast(
  context: StepContext,
  order: ExecutionOrder,
  { mark, name }: ExecutionRecord,
): Promise<Waiting | undefined> {
  const place = nameParts(order.job);
  const all = await context.azure.apps.executions(place.subscription, place.group, place.name);
  const running = all.some(
    (one) => (one.name === name || one.env[RUN_MARK] === mark) && ['Running', 'Processing'].includes(one.status),
  );
  if (!running) return await start(context, order);
  return { kind: 'waiting', retryAfterInSeconds: 5, on: `an earlier run of ${order.title}` };
}

async function start(context: StepContext, order: ExecutionOrder): Promise<Waiting> {
  const { job, service, subject, title } = order;
  const key = `execution:${service.key}`;
  const mark = `${context.runId}/${context.clock.now().getTime()}`;
  await context.memory.set(key, { mark, subject });
  const body = { containers: [order.container(mark)] };
  const reply = await context.azure.arm.post(`${job.id}/start`, job.kind.apiVersion, body, { repeatable: false });
  const name = reply.kind === 'done' ? nameOf(reply.body) : undefined;
  await context.memory.set(key, { mark, subject, ...(name !== undefined && { name }) });
  context.progress(`${service.name}: started ${title}`);
  await endPatience(context, patienceOf(service));
  return (await untilItEnds(context, order)) ?? { kind: 'waiting', retryAfterInSeconds: 0, on: title };
}

/** Azure names no time for an execution; @returns undefined when it takes too long */
function untilItEnds(
  context: StepContext,
  { service, title, timeoutInSeconds }: ExecutionOrder,
): Promise<Waiting | undefined> {
  return waitPatiently(context, {
    name: patienceOf(service),
    on: title,
    limitInSeconds: timeoutInSeconds + 300,
  });
}

function patienceOf({ key }: ServiceConfig): string {
  return `ends:${key}`;
}

async function look(context: StepContext, order: ExecutionOrder, execution: string): Promise<Waiting | undefined> {
  const { job, service, title, failure } = order;
  const { subscription, group, name } = nameParts(job);
  const found = await context.azure.apps.execution(subscription, group, name, execution);
  if (found?.status === 'Succeeded') {
    await context.memory.delete(`execution:${service.key}`);
    await endPatience(context, patienceOf(service));
    context.progress(`${service.name}: ${title} succeeded`);
    return undefined;
  }
  const isOver = found && ['Failed', 'Stopped', 'Degraded'].includes(found.status);
  const waiting = isOver ? undefined : await untilItEnds(context, order);
  if (waiting) return waiting;
  await context.memory.delete(`execution:${service.key}`);
  const log = await applicationLog(context, () =>
    context.azure.apps.executionLog(subscription, group, name, execution),
  );
  for (const line of log) context.log('error', line, service.key);
  const tail = log.slice(-LOG_LINES).join('\n');
  throw new UserError(
    `${title.charAt(0).toUpperCase()}${title.slice(1)} ${isOver ? `ended as ${found.status}` : 'did not end in time'} (${execution}).${tail ? ` Its log ends:\n${tail}` : ' It left no log.'}`,
    {
      code: failure.code,
      hint: failure.hint,
    },
  );
}

function nameOf(body: Json): string | undefined {
  return isJsonObject(body) && typeof body.name === 'string' ? body.name : undefined;
}

function nameParts({ id }: DesiredResource): { subscription: string; group: string; name: string } {
  const [, , subscription = '', , group = ''] = id.split('/');
  return { subscription, group, name: id.split('/').at(-1) ?? '' };
}
