import type { Known } from '../domain/function-names.ts';
import type { KnownLock } from '../domain/run.ts';
import { basisOf } from '../domain/runs/steps-since.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { StepName } from '../domain/steps.ts';
import type { Services } from '../engine/services.ts';
import { UserError } from '../shared/errors.ts';
import type { StateStore, Versioned } from '../state/ports.ts';
import { updateState } from '../state/update-state.ts';
import { wakeByAfter } from './keep-lock.ts';

/** The first write after it must come within this time. */
const DUE_IN_SECONDS = 600;

/**
 * The state, with this run's lock in it where the document is older than that lock: from before the run took it, or not there at all.
 * The fence is the one that the run was given, so that what it has under way goes on, and fences never go back. A run that came
 * later keeps what it has.
 *
 * @param read the document as it was read a moment ago
 * @throws UserError `storage_behind` where a run that does a part only lacks what it goes on from
 */
export async function withKnownLock(
  { holder, engine }: Pick<Services, 'holder' | 'engine'>,
  store: StateStore,
  runId: string,
  known: KnownLock | undefined,
  read?: Versioned<EnvironmentState>,
): Promise<EnvironmentState> {
  const { value } = read ?? (await store.read());
  if (!known || !isBefore(value, runId, known)) return value;
  requireBasis(value, known);
  const { fence, acquiredAt } = known;
  const wakeBy = wakeByAfter(store, DUE_IN_SECONDS);
  return await updateState(store, (current) =>
    isBefore(current, runId, known)
      ? { ...current, fence, lock: { runId, holder, engine, acquiredAt, step: null, fence, wakeBy } }
      : current,
  );
}

/** Nothing of this run is in such a state, so that its steps are as they were when the lock was taken, or lost. */
function requireBasis(state: EnvironmentState, { basis }: KnownLock): void {
  if (basis === undefined || basis === basisOf(state)) return;
  throw new UserError('The state does not have what had been deployed before this run: the storage has lost it.', {
    code: 'storage_behind',
    hint: 'Deploy once more: that takes up what is there. Then ask for this again.',
  });
}

export function isStorageBehind(error: unknown): error is UserError {
  return error instanceof UserError && error.code === 'storage_behind';
}

/** Whether the document is of before the run took its lock. */
function isBefore({ lock, fence }: EnvironmentState, runId: string, known: KnownLock): boolean {
  if (lock?.runId === runId || fence >= known.fence) return false;
  return lock === null || lock.acquiredAt <= known.acquiredAt;
}

/** Steps that this run has completed, and of which the state does not say so. */
export function lostSteps({ steps }: EnvironmentState, runId: string, known: Known | undefined): readonly StepName[] {
  return (known?.done ?? []).filter((step) => steps[step]?.status !== 'completed' || steps[step].run_id !== runId);
}

/** For people. */
export function lostText(steps: readonly StepName[]): string {
  return `the state does not have what this run did in ${steps.join(', ')}: the storage has lost it`;
}
