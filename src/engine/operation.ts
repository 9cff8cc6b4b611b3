import { z } from 'zod';
import { classifyError } from '../azure/classify.ts';
import { AzureError, isOutOfReach } from '../azure/errors.ts';
import type { ArmOperation, ArmProgress, ArmReply, NextLook } from '../azure/ports.ts';
import { type OperationKind, operationKind } from '../domain/durations/durations.ts';
import { nameOf, typeOf } from '../domain/ids.ts';
import { UserError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { defineRecords } from './record.ts';
import type { StepContext } from './step.ts';
import { type NotReady, notReady, untilReady } from './waiting/until-ready.ts';
import type { Waiting } from './waiting/waiting.ts';

/** A long-running operation that a step goes on with from call to call, and from run to run. */
export interface OperationKey {
  /** Stable within the step. */
  readonly key: string;
  /** For people: what the operation works on. */
  readonly title: string;
  /** Limit of this kind of operation; `advanced.operation_timeout` may raise it. */
  readonly timeoutInSeconds: number;
}

type Ended = { readonly kind: 'ended'; readonly body: Json };
type Failed = { readonly kind: 'failed'; readonly error: unknown };
export type Followed = Ended | Waiting;

export const operationSchema = z.object({
  method: z.enum(['PUT', 'PATCH', 'POST', 'DELETE']),
  path: z.string(),
  apiVersion: z.string(),
  mode: z.enum(['status', 'location', 'resource']),
  url: z.string(),
  startedAt: z.string(),
  correlationId: z.string().exactOptional(),
});

/** What Azure is still doing for us. A successor goes on with it, and gives it the whole time again. */
const operations = defineRecords({
  name: 'operation',
  scope: 'inherited',
  schema: z.object({ operation: operationSchema }),
});

/**
 * Polls the recorded operation once.
 *
 * @returns undefined when none is recorded
 * @throws UserError `OperationTimedOut`; the operation stays recorded, and the next run goes on with it
 * @throws AzureError when the operation failed, or could not be asked about
 */
export async function followOperation(context: StepContext, key: OperationKey): Promise<Followed | undefined> {
  const record = context.memory.read(operations, key.key);
  if (!record) return undefined;
  const followed = await untilReady<Ended | Failed>(context, clockOf(key), async () => {
    const progress = await pollOnce(context, record.operation);
    if (progress.kind === 'running') return underWay(context, key, record.operation, progress);
    await context.memory.delete(operations, key.key);
    return progress.kind === 'failed' ? progress : { kind: 'ended', body: progress.body };
  });
  if (followed.kind === 'failed') throw followed.error;
  return followed;
}

/** Sends a write; what takes longer is recorded before this answers. */
export async function startOperation(
  context: StepContext,
  key: OperationKey,
  send: () => Promise<ArmReply>,
): Promise<Followed> {
  const reply = await send();
  if (reply.kind === 'done') return { kind: 'ended', body: reply.body };
  return await untilReady<Ended>(context, clockOf(key), async () => {
    await context.memory.write(operations, { operation: reply.operation }, key.key);
    return underWay(context, key, reply.operation, reply);
  });
}

/** Our own operation goes on: it is looked at again when Azure asks for that, else when the like of it ended before. */
function underWay(
  context: StepContext,
  key: OperationKey,
  operation: ArmOperation,
  { retryAfterInSeconds, isUsual }: NextLook,
): NotReady<never> {
  const busy = stillBusy(context, key, isUsual ? undefined : retryAfterInSeconds);
  return { ...busy, of: kindOf(context, operation), ...(isUsual && { usuallyAfterInSeconds: retryAfterInSeconds }) };
}

function kindOf({ config }: StepContext, { method, path }: ArmOperation): OperationKind {
  return operationKind(`${method} ${typeOf(path)}`, config.azure.location, nameOf(path));
}

/**
 * Does work on what only one can write at a time. Changes that are not ours to follow are waited out for as long as an operation
 * of that kind may take: another write in progress, a resource that Azure is still making.
 *
 * @param work answers `stillBusy` when it meets one
 * @throws UserError `OperationTimedOut`
 */
export async function whileOthersWrite<Result>(
  context: StepContext,
  key: OperationKey,
  work: () => Promise<Result | NotReady<Result>>,
): Promise<Result | Waiting> {
  return await untilReady(context, key.key, work);
}

/** Somebody else's change is under way. */
export function stillBusy(context: StepContext, key: OperationKey, afterInSeconds?: number): NotReady<never> {
  const limitInSeconds = limitOf(context, key);
  return notReady<never>({
    on: key.title,
    limitInSeconds,
    ...(afterInSeconds !== undefined && { afterInSeconds }),
    whenOver: () => {
      throw timedOut(key, limitInSeconds);
    },
  });
}

/** A write that Azure refused only because another one is in progress is waited out; anything else is thrown again. */
export function busyOrThrow(context: StepContext, key: OperationKey, error: unknown): NotReady<never> {
  if (!(error instanceof AzureError)) throw error;
  const verdict = classifyError(error, { operation: 'write' });
  if (verdict.kind !== 'wait') throw error;
  return stillBusy(context, key, verdict.afterInSeconds);
}

function limitOf(context: StepContext, { timeoutInSeconds }: OperationKey): number {
  return Math.max(timeoutInSeconds, context.config.advanced.operationTimeoutInSeconds);
}

function timedOut(key: OperationKey, limitInSeconds: number): UserError {
  return new UserError(`${key.title} was not ready after ${limitInSeconds} seconds.`, {
    code: 'OperationTimedOut',
    hint: 'Azure may still finish it: start the deployment again, it goes on with the same operation.',
  });
}

async function pollOnce(context: StepContext, operation: ArmOperation): Promise<ArmProgress | Failed> {
  try {
    return await context.azure.arm.poll(operation);
  } catch (error) {
    // A failed operation is over and must not be polled again; one that could not be asked about goes on.
    if (isUnanswered(error)) throw error;
    return { kind: 'failed', error };
  }
}

/** The question failed, not the operation: throttled, a server error, no access or no connection for the moment. */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof AzureError)) return true;
  const { statusCode = 0, code } = error;
  const isRefused = [401, 403, 408, 429].includes(statusCode) || statusCode >= 500;
  return isRefused || isOutOfReach(error) || code === 'CredentialUnavailable';
}

function clockOf({ key }: OperationKey): string {
  return `operation:${key}`;
}
