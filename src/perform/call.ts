import type { StepInput } from '../domain/function-names.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { EventRecorder } from '../engine/event-recorder.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { StepMemory } from '../engine/memory.ts';
import type { Services } from '../engine/services.ts';
import type { Step } from '../engine/step.ts';
import type { StepLedger } from './step-ledger.ts';

/** One call of one step, with everything around it. */
export interface Call {
  readonly services: Services;
  readonly step: Step;
  readonly input: StepInput;
  readonly run: LoadedRun;
  readonly state: EnvironmentState;
  readonly memory: StepMemory;
  readonly events: EventRecorder;
  readonly ledger: StepLedger;
}
