import type { StepAnswer } from '../domain/run.ts';
import { type Failure, type FailureReport, waitedInVain } from './fail.ts';
import type { Call } from './perform-step.ts';

/** What a call of a step answers when the step threw: wait, try again, or end with the failure recorded. */
export async function answerFailure(call: Call, failure: Failure): Promise<StepAnswer> {
  switch (failure.kind) {
    case 'wait':
      return await waitOutOthers(call, failure);
    case 'propagation':
      return await waitForPropagation(call, failure);
    case 'retry':
      return await tryAgain(call, failure.report, failure.afterInSeconds);
    case 'lock_lost':
      // Not even the failure is written to the state: it belongs to somebody else now.
      addFailed(call, failure.report);
      return { kind: 'failed', code: failure.report.code, retryable: false };
    case 'end':
      return await end(call, failure.report);
  }
}

/** Another operation is under way, or Azure asks for patience; but not for ever. */
const OTHERS_LIMIT_IN_SECONDS = 3600;

async function waitOutOthers(
  call: Call,
  { report, afterInSeconds }: Extract<Failure, { kind: 'wait' }>,
): Promise<StepAnswer> {
  const { memory, services } = call;
  const now = services.clock.now();
  const since = memory.get<string>('waitingSince') ?? now.toISOString();
  await memory.set('waitingSince', since);
  if (now.getTime() - Date.parse(since) > OTHERS_LIMIT_IN_SECONDS * 1000)
    return await end(call, waitedInVain(report, OTHERS_LIMIT_IN_SECONDS));
  return await waitFor(call, afterInSeconds, `waiting: Azure says ${report.code}`);
}

async function waitFor(call: Call, seconds: number, message: string): Promise<StepAnswer> {
  const { step, events, ledger } = call;
  events.add({ type: 'step_progress', step: step.name, message, waitingInSeconds: seconds });
  await ledger.wait(seconds);
  return { kind: 'waiting', retryAfterInSeconds: seconds };
}

/** A grant takes its time to be effective everywhere; the time is counted from the first refusal. */
async function waitForPropagation(
  call: Call,
  { report, afterInSeconds, limitInSeconds }: Extract<Failure, { kind: 'propagation' }>,
): Promise<StepAnswer> {
  const { memory, services } = call;
  const now = services.clock.now();
  const since = memory.get<string>('propagation') ?? now.toISOString();
  await memory.set('propagation', since);
  if (now.getTime() - Date.parse(since) > limitInSeconds * 1000) return await end(call, report);
  return await waitFor(call, afterInSeconds, `waiting for a grant to become effective (${report.code})`);
}

async function tryAgain(call: Call, report: FailureReport, afterInSeconds: number | undefined): Promise<StepAnswer> {
  const { ledger, run, step, events } = call;
  const { retryAttempts, retryDelayInSeconds } = run.config.advanced;
  const attempts = ledger.attempts();
  if (attempts > retryAttempts) return await end(call, report);
  await ledger.countAttempt();
  const seconds = afterInSeconds ?? retryDelayInSeconds * 2 ** (attempts - 1);
  events.add({
    type: 'log',
    level: 'warning',
    step: step.name,
    message: `attempt ${attempts}: ${report.message} (${report.code})`,
  });
  await ledger.wait(seconds);
  return { kind: 'failed', code: report.code, retryable: true, retryAfterInSeconds: seconds };
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
