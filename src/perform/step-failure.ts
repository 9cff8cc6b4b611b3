import type { StepAnswer } from '../domain/run.ts';
import type { FailureReport } from '../engine/failure.ts';
import type { PatientActivity } from './answer-patiently.ts';
import type { Call } from './call.ts';

/** How a call of a step waits, tries again and ends: told in events, recorded in the state. */
export function patientStep(call: Call): PatientActivity<StepAnswer> {
  const { step, events, ledger, memory, services, run, state, input } = call;
  const waits = (message: string, waitingInSeconds: number): void =>
    events.add({ type: 'step_progress', step: step.name, message, waitingInSeconds });
  return {
    name: step.name,
    memory,
    clock: services.clock,
    runId: input.runId,
    state,
    config: run.config,
    keepLock: (seconds) => ledger.wait(seconds),
    tellWaiting: ({ on, retryAfterInSeconds }) => waits(on, retryAfterInSeconds),
    tellVerdict({ kind, message, seconds }, { report }) {
      if (kind === 'wait') {
        waits(message, seconds);
        return undefined;
      }
      events.add({ type: 'log', level: 'warning', step: step.name, message });
      return { kind: 'failed', code: report.code, retryable: true, retryAfterInSeconds: seconds };
    },
    async end(report) {
      await ledger.fail(report);
      if (report.stack) events.add({ type: 'log', level: 'error', step: step.name, message: report.stack });
      return failed(call, report);
    },
    endWithoutLock: async (report) => failed(call, report),
  };
}

function failed({ step, events, ledger }: Call, report: FailureReport): StepAnswer {
  const { code, message, hint, correlationId } = report;
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
  return { kind: 'failed', code, retryable: false };
}
