import type { RunEvent } from '../../domain/events.ts';
import { approvalText } from '../../text/run-text.ts';
import { elapsedText } from '../../text/words.ts';
import type { Terminal } from '../terminal.ts';

/** Somebody who only reads along may not know that a run waits for a person. */
const REMINDED_AFTER_MS = 5 * 60_000;

/** Takes the events of a run that is followed, and has it told what is waited for between them. */
export interface RunWaits {
  (event: RunEvent): void;
  stop(): void;
}

export function runWaits({ console, stderr }: Pick<Terminal, 'console' | 'stderr'>): RunWaits {
  let takeBack = (): void => undefined;
  const waits = (event: RunEvent): void => {
    const what = waitedForAfter(event);
    if (what !== undefined) console.doing(what);
    if (event.type === 'approval_requested') {
      const { runId, planDigest } = event;
      takeBack();
      takeBack = console.remind(REMINDED_AFTER_MS, () =>
        stderr.write(`Nobody has decided for ${elapsedText(REMINDED_AFTER_MS)}. ${approvalText(runId, planDigest)}\n`),
      );
    } else if (event.type === 'approval_decided' || event.type === 'run_completed') takeBack();
  };
  return Object.assign(waits, { stop: () => takeBack() });
}

/** Undefined: the same as before. */
function waitedForAfter({ type }: RunEvent): string | undefined {
  switch (type) {
    case 'run_queued':
      return 'waiting for the turn of the run';
    case 'run_started':
      return 'planning';
    case 'approval_requested':
      return 'waiting for approval of the plan';
    case 'plan':
    case 'approval_decided':
    case 'step_started':
    case 'removal_started':
      return 'carrying out the run';
    case 'cancel_requested':
      return 'waiting for what runs to end';
    case 'run_completed':
      return 'closing the run';
    default:
      return undefined;
  }
}
