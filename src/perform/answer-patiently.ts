import type { DeploymentConfig } from '../domain/config/model.ts';
import { domainTimeoutInSeconds } from '../domain/config/service/domain-validation.ts';
import type { Failure, FailureReport } from '../engine/failure.ts';
import { patienceOf, type Verdict, withPatience } from '../engine/waiting/patience.ts';
import type { Timekeeper } from '../engine/waiting/refusal-clock.ts';
import { notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { UserError } from '../shared/errors.ts';

/** Longer than anything that Azure does; every wait has a shorter limit of its own. */
const WAITS_FOR_IN_SECONDS = 86_400;

/** An activity that may have to be called again. */
export interface PatientActivity<Answer> extends Timekeeper {
  /** What its tries and its time are counted under. */
  readonly name: string;
  readonly config: DeploymentConfig;
  /** Called before each answer that waits: nobody may take the lock before the next call. */
  keepLock(seconds: number): Promise<void>;
  tellWaiting(waiting: Waiting): void;
  /** @returns what the activity answers when it is to be tried again; without, that it waits */
  tellVerdict(verdict: Exclude<Verdict, { kind: 'end' }>, failure: Failure): Answer | undefined;
  /** Records why it ends. */
  end(report: FailureReport): Promise<Answer>;
  /** The lock is another run's: nothing may be recorded in the state. */
  endWithoutLock(report: FailureReport): Promise<Answer>;
}

export type WaitingAnswer = { readonly kind: 'waiting'; readonly retryAfterInSeconds: number };

/**
 * The one way in which an activity answers that it waits: with the lock renewed up to the next call, and not for ever. A failure
 * that may pass is waited out or tried again; any other one ends the activity.
 *
 * @throws that the stores are away, so that nothing can be recorded; the orchestration calls again
 */
export async function answerPatiently<Answer>(
  activity: PatientActivity<Answer>,
  work: () => Promise<Answer | Waiting>,
): Promise<Answer | WaitingAnswer> {
  const { config, name } = activity;
  const outcome = await withPatience(activity, patienceOf(config, name), async () => {
    const answer = await untilReady<Answer>(activity, name, async () => {
      const answer = await work();
      return isWaiting(answer) ? notTooLong(config, answer) : answer;
    });
    if (isWaiting(answer)) await activity.keepLock(answer.retryAfterInSeconds);
    return answer;
  });
  if (outcome.kind === 'answered') {
    const { answer } = outcome;
    if (!isWaiting(answer)) return answer;
    activity.tellWaiting(answer);
    return { kind: 'waiting', retryAfterInSeconds: answer.retryAfterInSeconds };
  }
  const { failure, verdict } = outcome;
  if (failure.kind === 'lock_lost') return await activity.endWithoutLock(failure.report);
  if (verdict.kind === 'end') return await activity.end(verdict.report);
  const answer = activity.tellVerdict(verdict, failure);
  await activity.keepLock(verdict.seconds);
  return answer ?? { kind: 'waiting', retryAfterInSeconds: verdict.seconds };
}

function notTooLong(config: DeploymentConfig, { on, retryAfterInSeconds, isIdle }: Waiting) {
  const { release } = config;
  const asked = release.steps.length * release.bakeTimeInSeconds + domainTimeoutInSeconds(config);
  const limitInSeconds = WAITS_FOR_IN_SECONDS + asked;
  return notReady<never>({
    on,
    limitInSeconds,
    afterInSeconds: retryAfterInSeconds,
    ...(isIdle && { isIdle }),
    whenOver: () => {
      throw new UserError(`Still waiting for ${on} after ${limitInSeconds} seconds.`, {
        code: 'OperationTimedOut',
        hint: 'Look at it in the portal, then start the deployment again: it goes on with what is under way.',
      });
    },
  });
}
