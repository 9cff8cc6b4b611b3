import { hashJson, type Json } from '../../shared/json.ts';
import type { EnvironmentState } from '../state.ts';
import { STEP_NAMES, type StepName } from '../steps.ts';

type Steps = EnvironmentState['steps'];

/** A step that is not as a kept run left it. */
export interface StepSince {
  readonly step: StepName;
  /** The run that began or ended it since; undefined: nobody wrote that down. */
  readonly by: string | undefined;
  readonly isDone: boolean;
}

/** What was begun, ended or taken out of the state since a run was kept. */
export function stepsSince(now: Steps, kept: Steps): readonly StepSince[] {
  const isSame = (step: StepName): boolean =>
    hashJson((now[step] ?? null) as Json) === hashJson((kept[step] ?? null) as Json);
  return STEP_NAMES.filter((step) => !isSame(step)).map((step) => {
    const { run_id: ended, begun_by: begun, status } = now[step] ?? {};
    return { step, by: begun ?? ended, isDone: begun === undefined && status === 'completed' };
  });
}
