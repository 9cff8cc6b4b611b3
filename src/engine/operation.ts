import { z } from 'zod';
import { classifyError } from '../azure/classify.ts';
import { AzureError, isOutOfReach } from '../azure/errors.ts';
import type { ArmOperation, ArmReply } from '../azure/ports.ts';
import { UserError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import type { StepContext } from './step.ts';
import { type Waiting, waitPatiently } from './waiting.ts';

/** A long-running operation that a step goes on with from call to call, and from run to run. */
export interface OperationKey {
  /** Stable within the step. */
  readonly key: string;
  /** For people: what the operation works on. */
  readonly title: string;
  /** Limit of this kind of operation; `advanced.operation_timeout` may raise it. */
  readonly timeoutInSeconds: number;
}

export type Followed = { readonly kind: 'ended'; readonly body: Json } | Waiting;

const recordSchema = z.object({
  operation: z.object({
    method: z.enum(['PUT', 'PATCH', 'POST', 'DELETE']),
    path: z.string(),
    apiVersion: z.string(),
    mode: z.enum(['status', 'location', 'resource']),
    url: z.string(),
    startedAt: z.string(),
    correlationId: z.string().optional(),
  }),
  /** The run that follows it, and since when: a successor gives it the whole time again. */
  runId: z.string(),
  since: z.string(),
});

/**
 * Polls the recorded operation once.
 *
 * @returns undefined when none is recorded
 * @throws UserError `OperationTimedOut`; the operation stays recorded, and the next run goes on with it
 * @throws AzureError when the operation failed, or could not be asked about
 */
export async function followOperation(context: StepContext, key: OperationKey): Promise<Followed | undefined> {
  const record = recordSchema.safeParse(context.memory.get(memoryKey(key))).data;
  if (!record) return undefined;
  const now = context.clock.now();
  const isOurs = record.runId === context.runId;
  const since = isOurs ? record.since : now.toISOString();
  if (!isOurs) await remember(context, key, record.operation, since);

  const progress = await pollOnce(context, key, record.operation);
  if (progress.kind === 'succeeded') {
    await context.memory.delete(memoryKey(key));
    return { kind: 'ended', body: progress.body };
  }
  const limit = limitOf(context, key);
  if (now.getTime() - Date.parse(since) > limit * 1000) throw timedOut(key, limit);
  return { kind: 'waiting', retryAfterInSeconds: progress.retryAfterInSeconds, on: key.title };
}

/** Sends a write; what takes longer is recorded before this answers. */
export async function startOperation(
  context: StepContext,
  key: OperationKey,
  send: () => Promise<ArmReply>,
): Promise<Followed> {
  const reply = await send();
  if (reply.kind === 'done') return { kind: 'ended', body: reply.body };
  await remember(context, key, reply.operation, context.clock.now().toISOString());
  return { kind: 'waiting', retryAfterInSeconds: reply.retryAfterInSeconds, on: key.title };
}

/** Waits for a change that is not ours to follow: another write in progress, a resource that Azure is still making. */
export async function waitForOthers(
  context: StepContext,
  key: OperationKey,
  afterInSeconds?: number,
): Promise<Waiting> {
  const limitInSeconds = limitOf(context, key);
  const waiting = await waitPatiently(context, {
    name: key.key,
    on: key.title,
    limitInSeconds,
    ...(afterInSeconds !== undefined && { afterInSeconds }),
  });
  if (!waiting) throw timedOut(key, limitInSeconds);
  return waiting;
}

/** A write that Azure refused only because another one is in progress is waited out; anything else is thrown again. */
export async function waitOutConflict(context: StepContext, key: OperationKey, error: unknown): Promise<Waiting> {
  if (!(error instanceof AzureError)) throw error;
  const verdict = classifyError(error, { operation: 'write' });
  if (verdict.kind !== 'wait') throw error;
  return await waitForOthers(context, key, verdict.afterInSeconds);
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

async function pollOnce(context: StepContext, key: OperationKey, operation: ArmOperation) {
  try {
    return await context.azure.arm.poll(operation);
  } catch (error) {
    // A failed operation is over and must not be polled again; one that could not be asked about goes on.
    if (!isUnanswered(error)) await context.memory.delete(memoryKey(key));
    throw error;
  }
}

/** The question failed, not the operation: throttled, a server error, no access or no connection for the moment. */
function isUnanswered(error: unknown): boolean {
  if (!(error instanceof AzureError)) return true;
  const { statusCode = 0, code } = error;
  const isRefused = [401, 403, 408, 429].includes(statusCode) || statusCode >= 500;
  return isRefused || isOutOfReach(error) || code === 'CredentialUnavailable';
}

function remember(context: StepContext, key: OperationKey, operation: ArmOperation, since: string): Promise<void> {
  return context.memory.set(memoryKey(key), { operation: { ...operation }, runId: context.runId, since } as Json);
}

function memoryKey({ key }: OperationKey): string {
  return `operation:${key}`;
}
