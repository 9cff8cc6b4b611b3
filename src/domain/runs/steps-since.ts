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

/** Which record each step had: what a run that does not run all of them goes on from. */
export function basisOf({ steps }: Pick<EnvironmentState, 'steps'>): string {
  const records = Object.entries(steps).map(([name, step]) => [
    name,
    `${step?.status} ${step?.run_id} ${step?.timestamp}`,
  ]);
  return hashJson(Object.fromEntries(records));
}

/** Steps that had been completed in a kept run, and of which the state has no record any more. */
export function stepsLost(now: EnvironmentState['steps'], kept: EnvironmentState['steps']): readonly StepName[] {
  return STEP_NAMES.filter((name) => kept[name]?.status === 'completed' && now[name] === undefined);
}
