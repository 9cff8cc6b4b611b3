import type { DeploymentConfig } from '../domain/config/model.ts';
import { type Failure, type FailureReport, waitedInVain } from './failure.ts';
import type { StepMemory } from './step.ts';

/** What is done about a failure that may pass. */
export type Patience =
  /** Nothing but time; no attempt is counted. */
  | { readonly kind: 'wait'; readonly seconds: number; readonly message: string }
  | { readonly kind: 'again'; readonly seconds: number; readonly message: string }
  | { readonly kind: 'end'; readonly report: FailureReport };

/** Another operation is under way, or Azure asks for patience; but not for ever. */
const OTHERS_LIMIT_IN_SECONDS = 3600;

/** How long to wait and how often to try, by the configuration and by what the memory says was waited and tried before. */
export async function patienceFor(
  failure: Failure,
  memory: StepMemory,
  now: Date,
  { advanced }: DeploymentConfig,
): Promise<Patience> {
  const { report } = failure;
  switch (failure.kind) {
    case 'wait': {
      const waited = await secondsSince('waitingSince', memory, now);
      const seconds = failure.afterInSeconds;
      // What Azure itself asked for is waited for, however long it is; the limit is on what comes after that.
      const asked = Math.max(seconds, memory.get<number>('askedToWait') ?? 0);
      await memory.set('askedToWait', asked);
      if (waited > asked + OTHERS_LIMIT_IN_SECONDS)
        return { kind: 'end', report: waitedInVain(report, Math.round(waited)) };
      return { kind: 'wait', seconds, message: `waiting: Azure says ${report.code}` };
    }
    case 'propagation': {
      // A grant takes its time to be effective everywhere; the time is counted from the first refusal.
      const waited = await secondsSince('propagation', memory, now);
      if (waited > failure.limitInSeconds) return { kind: 'end', report };
      const message = `waiting for a grant to become effective (${report.code})`;
      return { kind: 'wait', seconds: failure.afterInSeconds, message };
    }
    case 'retry': {
      const attempts = attemptsOf(memory);
      if (attempts > advanced.retryAttempts) return { kind: 'end', report };
      await memory.set('attempts', attempts + 1);
      const seconds = failure.afterInSeconds ?? advanced.retryDelayInSeconds * 2 ** (attempts - 1);
      return { kind: 'again', seconds, message: `attempt ${attempts}: ${report.message} (${report.code})` };
    }
    case 'end':
    case 'lock_lost':
      return { kind: 'end', report };
  }
}

/** The attempts so far, the present one included. */
export function attemptsOf(memory: StepMemory): number {
  return memory.get<number>('attempts') ?? 1;
}

async function secondsSince(key: string, memory: StepMemory, now: Date): Promise<number> {
  const since = memory.get<string>(key) ?? now.toISOString();
  await memory.set(key, since);
  return (now.getTime() - Date.parse(since)) / 1000;
}
