import type { ServiceConfig } from '../domain/config/model.ts';
import { recordedOutput } from '../domain/outputs.ts';
import type { StepContext } from '../engine/step.ts';

/** The revision that is to serve: a repair of an app may have left another one than its deployment had made. */
export function targetOf({ state, outputs }: Pick<StepContext, 'state' | 'outputs'>, { key }: ServiceConfig): string {
  return recordedOutput(state, 'servingRevision', key) || outputs.read('app', key);
}
