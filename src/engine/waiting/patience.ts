import { z } from 'zod';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { explainFailure, type Failure, type FailureReport, isStorageAway, waitedInVain } from '../failure.ts';
import { hasFreshGrant } from '../fresh-grant.ts';
import type { StepMemory } from '../memory.ts';
import { defineRecords } from '../record.ts';
import { endClock, secondsSinceFirst, startClock, type Timekeeper } from './refusal-clock.ts';
import { isWaiting } from './waiting.ts';

/** How often and how long something is tried that Azure may refuse for a while. */
export interface Patience {
  /** What is tried; stable within the memory. */
  readonly name: string;
  /** For how long Azure may be busy with something else, besides what it asked for itself. */
  readonly busyForInSeconds: number;
  /** Tries after the first. */
  readonly retryAttempts: number;
  /** Before the second try; twice as long before each further one. */
  readonly retryDelayInSeconds: number;
}

/** What is done about a failure that may pass. */
export type Verdict =
  /** Nothing but time; no attempt is counted. */
  | { readonly kind: 'wait'; readonly seconds: number; readonly message: string }
  | { readonly kind: 'again'; readonly seconds: number; readonly message: string }
  | { readonly kind: 'end'; readonly report: FailureReport };

export type Outcome<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly error: unknown; readonly failure: Failure; readonly verdict: Verdict };

/** Another operation is under way, or Azure asks for patience; but not for ever. */
const BUSY_FOR_IN_SECONDS = 3600;

/** By the configuration. */
export function patienceOf({ advanced }: DeploymentConfig, name: string): Patience {
  const { retryAttempts, retryDelayInSeconds } = advanced;
  return { name, retryAttempts, retryDelayInSeconds, busyForInSeconds: BUSY_FOR_IN_SECONDS };
}

/** Failed tries in a row. */
const failures = defineRecords({ name: 'tries', scope: 'run', schema: z.number() });

/** The tries so far, the present one included. */
export function triesOf(memory: StepMemory, name: string): number {
  return (memory.read(failures, name) ?? 0) + 1;
}

/**
 * Does the work once and, where it fails, says whether and when it is worth doing again. What is counted for that ends with
 * its success: the time of refusals with any answer, the tries with one that waits for nothing more. An answer that waits is
 * no success yet, or what Azure starts and then fails every time would be started for ever.
 *
 * @throws that the stores are away: nothing can be counted then
 */
export async function withPatience<Answer>(
  timekeeper: Timekeeper,
  patience: Patience,
  work: () => Promise<Answer>,
): Promise<Outcome<Answer>> {
  const { memory } = timekeeper;
  const { name } = patience;
  try {
    const answer = await work();
    await endClock(timekeeper, busy(name));
    await endClock(timekeeper, grant(name));
    if (!isWaiting(answer)) await memory.delete(failures, name);
    return { kind: 'answered', answer };
  } catch (error) {
    if (isStorageAway(error)) throw error;
    const failure = explainFailure(error);
    return { kind: 'failed', error, failure, verdict: await judge(timekeeper, patience, failure) };
  }
}

async function judge(timekeeper: Timekeeper, patience: Patience, failure: Failure): Promise<Verdict> {
  const { name } = patience;
  const { report } = failure;
  switch (failure.kind) {
    case 'wait': {
      const { afterInSeconds: seconds } = failure;
      const waited = secondsSinceFirst(timekeeper, busy(name));
      // What Azure itself asked for is waited for, however long it is; the limit is on what comes after that.
      const asked = await startClock(timekeeper, busy(name), seconds);
      if (waited > asked + patience.busyForInSeconds)
        return { kind: 'end', report: waitedInVain(report, Math.round(waited)) };
      return { kind: 'wait', seconds, message: `waiting: Azure says ${report.code}` };
    }
    case 'propagation': {
      if (!mayBeFresh(timekeeper)) return { kind: 'end', report };
      // A grant takes its time to be effective everywhere; the time is counted from the first refusal.
      const waited = secondsSinceFirst(timekeeper, grant(name));
      await startClock(timekeeper, grant(name));
      if (waited > Math.min(failure.limitInSeconds, patience.busyForInSeconds)) return { kind: 'end', report };
      const message = `waiting for a grant to become effective (${report.code})`;
      return { kind: 'wait', seconds: failure.afterInSeconds, message };
    }
    case 'retry': {
      const attempt = triesOf(timekeeper.memory, name);
      if (attempt > patience.retryAttempts) return { kind: 'end', report };
      await timekeeper.memory.write(failures, attempt, name);
      const seconds = failure.afterInSeconds ?? patience.retryDelayInSeconds * 2 ** (attempt - 1);
      return { kind: 'again', seconds, message: `attempt ${attempt}: ${report.message} (${report.code})` };
    }
    case 'end':
    case 'lock_lost':
      return { kind: 'end', report };
  }
}

function mayBeFresh({ runId, state, clock }: Timekeeper): boolean {
  return runId !== undefined && state !== undefined && hasFreshGrant({ runId, state, clock });
}

function busy(name: string): string {
  return `busy:${name}`;
}

function grant(name: string): string {
  return `grant:${name}`;
}
