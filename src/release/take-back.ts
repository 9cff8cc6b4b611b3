import type { DeploymentConfig } from '../domain/config/model.ts';
import { stepLeaving } from '../domain/outputs.ts';
import { explainFailure, type FailureReport, isStorageAway } from '../engine/failure.ts';
import { settleAll } from '../engine/settle.ts';
import type { StepContext } from '../engine/step.ts';
import { type Patience, patienceOf } from '../engine/waiting/patience.ts';
import { notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { untilAll, type Waiting } from '../engine/waiting/waiting.ts';
import { sharesText } from '../resources/app/traffic.ts';
import { ExitCode, receivedCode, UserError } from '../shared/errors.ts';
import { type Move, type Rollout, serviceOf, writeRollout } from './rollout.ts';
import { shiftTraffic, switchRevision } from './shift-traffic.ts';

/** How long the way back may meet with errors that are worth another try. */
const RETURNS_WITHIN_IN_SECONDS = 3600;
/** Traffic that is half moved is not left so for as long as a step may wait for others. */
const BUSY_FOR_IN_SECONDS = 1800;

/** How often and how long the way forward is tried; once that is over, the way back begins. */
export function rolloutPatience(config: DeploymentConfig): Patience {
  return { ...patienceOf(config, 'rollout'), busyForInSeconds: BUSY_FOR_IN_SECONDS };
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
  const settled = await settleAll(returning.map((move) => goBack(context, move)));
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

/** @returns nothing once it is back, or what it waits for, or why it cannot be taken back */
async function goBack(context: StepContext, move: Move): Promise<Waiting | string | undefined> {
  const service = serviceOf(context, move.key);
  return await untilReady<Waiting | string | undefined>(context, `return:${move.key}`, async () => {
    try {
      const waiting = await shiftTraffic(context, service, move.before);
      if (waiting) return waiting;
      if ((move.before[move.target] ?? 0) > 0) return undefined;
      return await switchRevision(context, service, move.target, 'deactivate');
    } catch (error) {
      const failure = explainFailure(error);
      if (failure.kind === 'lock_lost' || isStorageAway(error)) throw error;
      const why = `${service.name} could not be taken back to ${sharesText(move.before)}: ${failure.report.message}`;
      if (failure.kind === 'end') return why;
      return notReady<string>({
        on: `the way back of ${service.name}`,
        afterInSeconds: 5,
        limitInSeconds: RETURNS_WITHIN_IN_SECONDS,
        whenOver: () => why,
      });
    }
  });
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
