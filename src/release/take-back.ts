import { stepLeaving } from '../domain/outputs.ts';
import { explainFailure, type Failure, type FailureReport, waitedInVain } from '../engine/failure.ts';
import type { StepContext } from '../engine/step.ts';
import { untilAll, type Waiting } from '../engine/waiting.ts';
import { sharesText } from '../resources/app/traffic.ts';
import { ExitCode, receivedCode, UserError } from '../shared/errors.ts';
import { LockLost } from '../state/update-state.ts';
import { type Move, type Rollout, serviceOf, writeRollout } from './rollout.ts';
import { shiftTraffic, switchRevision } from './shift-traffic.ts';

/** How long the way back may meet with errors that are worth another try. */
const RETURNS_WITHIN_IN_SECONDS = 3600;
/** Less than a step may wait for others: after that it would end without the way back. */
const BUSY_FOR_IN_SECONDS = 1800;
const BUSY_SINCE = 'busySince';

/**
 * What a failure of a rollout means: undefined when it is worth another try of what is under way. Only once no more tries
 * are left it is final, and the way back begins.
 */
export async function finalFailure(context: StepContext, error: unknown): Promise<FailureReport | undefined> {
  if (error instanceof LockLost) return undefined;
  const failure = explainFailure(error);
  if (failure.kind === 'end') return failure.report;
  if (failure.kind === 'wait' || failure.kind === 'propagation') return await lastPatience(context, failure);
  if (failure.kind !== 'retry') return undefined;
  const troubles = (context.memory.get<number>('troubles') ?? 0) + 1;
  await context.memory.set('troubles', troubles);
  return troubles > context.config.advanced.retryAttempts ? failure.report : undefined;
}

/** Traffic that is half moved is not left so for as long as Azure may be busy with something else. */
async function lastPatience(
  context: StepContext,
  failure: Extract<Failure, { kind: 'wait' | 'propagation' }>,
): Promise<FailureReport | undefined> {
  const now = context.clock.now();
  const since = context.memory.get<string>(BUSY_SINCE) ?? now.toISOString();
  await context.memory.set(BUSY_SINCE, since);
  if (now.getTime() - Date.parse(since) <= BUSY_FOR_IN_SECONDS * 1000) return undefined;
  return failure.kind === 'propagation' ? failure.report : waitedInVain(failure.report, BUSY_FOR_IN_SECONDS);
}

/** What it waited for has come. */
export function endBusy(context: StepContext): Promise<void> {
  return context.memory.delete(BUSY_SINCE);
}

/** Writes down why it goes back before anything is moved. */
export async function beginReturn(
  context: StepContext,
  rollout: Rollout,
  { code, message, hint, correlationId }: FailureReport,
): Promise<Rollout> {
  const text = correlationId === undefined ? message : `${message} (correlation id ${correlationId})`;
  const failure = { code, message: text, ...(hint !== undefined && { hint }) };
  return await writeRollout(context, { ...rollout, phase: 'return', failure });
}

/**
 * Gives all traffic back to the revisions that had it, at once for all services of the run, and stops the new ones.
 * @returns what it waits for
 * @throws UserError the failure that began it, once everything is back
 */
export async function rollBack(context: StepContext, rollout: Rollout): Promise<Waiting> {
  const { failure, moves } = rollout;
  if (!failure) throw new Error('nothing has failed');
  const returning = context.config.release.onFailure === 'rollback' ? moves.filter(hasWayBack) : [];
  const settled = await Promise.all(returning.map((move) => goBack(context, move)));
  const waits = settled.filter((result) => result !== undefined && typeof result !== 'string');
  if (waits.length > 0) return untilAll(waits);
  const troubles = settled.filter((result) => typeof result === 'string');
  if (returning.length > 0) {
    // The revisions do not stand: the next run makes it anew instead of taking it for done.
    await context.amendStep(stepLeaving('app'), (before) => ({
      ...before,
      status: 'failed',
      error: { code: 'rolled_back', message: 'verification failed and the release was taken back' },
    }));
  }
  await writeRollout(context, { ...rollout, done: true });
  throw new UserError([failure.message, ...outcome(context, moves, returning), ...troubles].join('\n'), {
    ...receivedCode(failure.code, 'azure_failed'),
    exitCode: ExitCode.failed,
    hint: failure.hint,
  });
}

/** The first revision of an app has nothing to go back to. */
function hasWayBack({ before, target }: Move): boolean {
  return Object.keys(before).some((revision) => revision !== target);
}

async function goBack(context: StepContext, move: Move): Promise<Waiting | string | undefined> {
  const service = serviceOf(context, move.key);
  try {
    const waiting = await shiftTraffic(context, service, move.before);
    if (waiting) return waiting;
    if ((move.before[move.target] ?? 0) > 0) return undefined;
    return await switchRevision(context, service, move.target, 'deactivate');
  } catch (error) {
    const failure = explainFailure(error);
    if (failure.kind === 'lock_lost') throw error;
    const since = context.memory.get<string>('returningSince') ?? context.clock.now().toISOString();
    await context.memory.set('returningSince', since);
    const isLate = context.clock.now().getTime() - Date.parse(since) > RETURNS_WITHIN_IN_SECONDS * 1000;
    if (failure.kind !== 'end' && !isLate)
      return { kind: 'waiting', retryAfterInSeconds: 5, on: `the way back of ${service.name}` };
    return `${service.name} could not be taken back to ${sharesText(move.before)}: ${failure.report.message}`;
  }
}

function outcome(context: StepContext, moves: readonly Move[], returned: readonly Move[]): readonly string[] {
  const name = ({ key }: Move): string => serviceOf(context, key).name;
  if (moves.length === 0) return [];
  if (context.config.release.onFailure === 'keep') {
    const kept = moves.map((move) => `${name(move)} (${move.target})`).join(', ');
    return [`Kept as it is (release.on_failure: keep): ${kept}.`];
  }
  const back = returned.map((move) => `${name(move)} to ${sharesText(move.before)}`).join('; ');
  return back === '' ? [] : [`The release was rolled back: ${back}. The new revisions are stopped.`];
}
