import type { CalledInput } from '../domain/function-names.ts';
import type { StepAnswer } from '../domain/run.ts';
import { createEventRecorder } from '../engine/event-recorder.ts';
import type { FailureReport } from '../engine/failure.ts';
import { loadRun } from '../engine/load-run.ts';
import { openMemory } from '../engine/memory.ts';
import type { Services } from '../engine/services.ts';
import { answerPatiently, type PatientActivity } from '../perform/answer-patiently.ts';
import { keepLock } from '../perform/keep-lock.ts';
import { withKnownLock } from '../perform/known-storage.ts';
import { planningFailure } from '../perform/planning-failure.ts';
import { type RemovalCall, removePlanned } from '../perform/removal-run.ts';

/** Deletes what the run's plan says, as far as it goes now. The same call delivered twice deletes nothing twice. */
export function removeResources(services: Services): (input: CalledInput) => Promise<StepAnswer> {
  return async (input) => {
    const run = await loadRun(services, input);
    await withKnownLock(services, run.stores.state, input.runId, input.known?.lock);
    const memory = await openMemory(run.stores.runs, input.runId, 'run');
    const events = createEventRecorder(services, input, 'run/remove');
    const call: RemovalCall = { services, run, memory, events };
    try {
      return await answerPatiently(patientRemoval(call), async () => await removePlanned(call));
    } finally {
      await events.flush();
    }
  };
}

function patientRemoval({ services, run, memory, events }: RemovalCall): PatientActivity<StepAnswer> {
  const { config, stores, request } = run;
  const failed = async (report: FailureReport): Promise<StepAnswer> => {
    const { code, message, hint, correlationId, stack } = report;
    await memory.write(planningFailure, {
      code,
      message: services.mask(message),
      ...(hint && { hint }),
      ...(correlationId && { correlationId }),
    });
    events.add({ type: 'log', level: 'error', message: stack ?? `${message} (${code})` }, `ended-${code}`);
    return { kind: 'failed', code, retryable: false };
  };
  return {
    name: 'remove_resources',
    memory,
    clock: services.clock,
    config,
    keepLock: (seconds) => keepLock(stores.state, request.runId, seconds),
    tellWaiting: () => undefined,
    tellVerdict({ message, seconds }) {
      const text = `${message}; tried again in ${seconds} seconds`;
      events.add({ type: 'log', level: 'warning', message: text }, `waiting-${services.clock.now().getTime()}`);
      return undefined;
    },
    end: failed,
    endWithoutLock: failed,
  };
}
