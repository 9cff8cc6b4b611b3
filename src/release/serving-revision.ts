import type { ServiceConfig } from '../domain/config/model.ts';
import type { StepContext } from '../engine/step.ts';

/** The revision that is to serve: as step 12 left it, which may have repaired what step 11 had made. */
export function targetOf({ state, outputs }: Pick<StepContext, 'state' | 'outputs'>, { key }: ServiceConfig): string {
  const repaired = state.steps.configure_environment_variables?.outputs[`app.${key}`];
  return repaired || outputs.read('deploy_application_services', `app.${key}`);
}
