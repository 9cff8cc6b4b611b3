import type { StepAnswer } from '../domain/run.ts';
import type { Failure, FailureReport } from '../engine/failure.ts';
import { patienceFor } from '../engine/patience.ts';
import type { Call } from './call.ts';

/** What a call of a step answers when the step threw: wait, try again, or end with the failure recorded. */
export async function answerFailure(call: Call, failure: Failure): Promise<StepAnswer> {
  const { step, events, ledger, memory, services, run } = call;
  if (failure.kind === 'lock_lost') {
    // Not even the failure is written to the state: it belongs to somebody else now.
    addFailed(call, failure.report);
    return { kind: 'failed', code: failure.report.code, retryable: false };
  }
  const patience = await patienceFor(failure, memory, services.clock.now(), run.config);
  if (patience.kind === 'end') return await end(call, patience.report);
  const { seconds, message } = patience;
  if (patience.kind === 'wait') {
    events.add({ type: 'step_progress', step: step.name, message, waitingInSeconds: seconds });
    await ledger.wait(seconds);
    return { kind: 'waiting', retryAfterInSeconds: seconds };
  }
  events.add({ type: 'log', level: 'warning', step: step.name, message });
  await ledger.wait(seconds);
  return { kind: 'failed', code: failure.report.code, retryable: true, retryAfterInSeconds: seconds };
}

async function end(call: Call, report: FailureReport): Promise<StepAnswer> {
  const { step, events, ledger } = call;
  await ledger.fail(report);
  if (report.stack) events.add({ type: 'log', level: 'error', step: step.name, message: report.stack });
  addFailed(call, report);
  return { kind: 'failed', code: report.code, retryable: false };
}

function addFailed({ step, events, ledger }: Call, { code, message, hint, correlationId }: FailureReport): void {
  events.add(
    {
      type: 'step_failed',
      step: step.name,
      code,
      message,
      ...(hint && { hint }),
      ...(correlationId && { correlationId }),
      durationInMs: ledger.durationInMs(),
      attempts: ledger.attempts(),
    },
    'failed',
  );
}
