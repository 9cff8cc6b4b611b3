import { z } from 'zod';
import type { Arm } from '../azure/ports.ts';
import { apiVersionOf } from '../resources/registry.ts';
import { UserError } from '../shared/errors.ts';
import { explainFailure, type FailureReport, isStorageAway, waitedInVain } from './failure.ts';
import type { StepMemory } from './memory.ts';
import { isUnanswered, operationSchema } from './operation.ts';
import { defineRecords } from './record.ts';
import { type Patience, withPatience } from './waiting/patience.ts';
import type { Timekeeper } from './waiting/refusal-clock.ts';
import { notReady, untilReady } from './waiting/until-ready.ts';
import type { Waiting } from './waiting/waiting.ts';

/** A deletion that Azure carries out. Version 0.1 wrote it as a text. */
const removals = defineRecords({
  name: 'removal',
  scope: 'run',
  schema: z.preprocess(
    (stored): unknown => (typeof stored === 'string' ? JSON.parse(stored) : stored),
    operationSchema,
  ),
});

/** `kept`: Azure does not delete it, or not in time. */
export type Removal =
  | { readonly kind: 'removed' }
  | {
      readonly kind: 'kept';
      readonly report: FailureReport;
      /** What the report tells, for whoever cannot go on without the removal. */
      readonly error: unknown;
    };

export interface Removable {
  /** Of its record, or another name that is its own in this run. */
  readonly key: string;
  readonly id: string;
  /** A registered kind's, or of what Azure makes for one. */
  readonly type: string;
  /** Instead of the kind's. */
  readonly apiVersion?: string | undefined;
  readonly limitInSeconds: number;
}

/** Whether this run has begun to delete it. */
export function isRemovalBegun(memory: StepMemory, key: string): boolean {
  return memory.read(removals, key) !== undefined;
}

/**
 * Deletes one resource: begins the deletion, or looks at it once. What is gone already is removed.
 *
 * @param patience for what Azure refuses for a moment, or breaks off; without, that is for the caller to judge
 * @throws LockLost, UserError when the stores are away
 */
export async function removeResource(
  arm: Pick<Arm, 'delete' | 'poll'>,
  timekeeper: Timekeeper,
  resource: Removable,
  patience?: Patience,
): Promise<Removal | Waiting> {
  const attempt = (): Promise<Removal | Waiting> =>
    untilReady<Removal>(timekeeper, `removal:${resource.key}`, () => beginOrLook(arm, timekeeper.memory, resource));
  if (!patience) return await attempt().catch(kept);
  const outcome = await withPatience(timekeeper, patience, attempt);
  if (outcome.kind === 'answered') return outcome.answer;
  const { error, verdict } = outcome;
  if (verdict.kind === 'end') return { ...kept(error), report: verdict.report };
  return { kind: 'waiting', retryAfterInSeconds: verdict.seconds, on: `the removal of ${resource.key}` };
}

/** @throws what ends more than this removal */
function kept(error: unknown): Extract<Removal, { kind: 'kept' }> {
  const failure = explainFailure(error);
  if (failure.kind === 'lock_lost' || isStorageAway(error)) throw error;
  return { kind: 'kept', report: failure.report, error };
}

async function beginOrLook(
  arm: Pick<Arm, 'delete' | 'poll'>,
  memory: StepMemory,
  { key, id, type, apiVersion, limitInSeconds }: Removable,
) {
  const wait = (afterInSeconds: number, report: FailureReport) =>
    notReady<Removal>({
      on: `the removal of ${key}`,
      afterInSeconds,
      limitInSeconds,
      whenOver: () => overdue(waitedInVain(report, limitInSeconds)),
    });
  const begun = memory.read(removals, key);
  try {
    const progress = begun ? await arm.poll(begun) : await arm.delete(id, apiVersion ?? versionOf(type));
    if (progress.kind === 'started') await memory.write(removals, progress.operation, key);
    if (progress.kind === 'started' || progress.kind === 'running') return wait(progress.retryAfterInSeconds, UNENDED);
    return { kind: 'removed' } as const;
  } catch (error) {
    // A failed operation is over: the next try is a deletion of its own.
    if (begun && !isUnanswered(error)) await memory.delete(removals, key);
    const failure = explainFailure(error);
    if (failure.kind === 'wait') return wait(failure.afterInSeconds, failure.report);
    throw error;
  }
}

function overdue(report: FailureReport): Removal {
  const { message, hint } = report;
  return { kind: 'kept', report, error: new UserError(message, { code: 'OperationTimedOut', hint }) };
}

const UNENDED: FailureReport = { code: 'OperationTimedOut', message: 'the deletion does not end' };

function versionOf(type: string): string {
  const version = apiVersionOf(type);
  if (version === undefined) throw new Error(`this version makes no ${type} and cannot remove one`);
  return version;
}
