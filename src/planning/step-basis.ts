import type { StepResource } from '../domain/desired.ts';
import { dependenciesOf } from '../domain/fingerprint.ts';
import { type OutputReader, outputAt } from '../domain/outputs.ts';
import { stepDefinition } from '../domain/steps.ts';
import { desiredBy, type FactSources, type Step } from '../engine/step.ts';
import type { StepBasis } from './plan-steps.ts';

/** What a step depends on as things stand; outputs that are not known yet as unknown. */
export async function stepBasis(
  step: Step,
  environment: string,
  sources: FactSources,
): Promise<Pick<StepBasis, 'dependencies' | 'consumed'>> {
  const { config, state } = sources;
  const { dependencies, consumed } = dependenciesOf({
    definition: stepDefinition(step.name),
    desire: step.desire,
    derives: step.derives,
    environment,
    config,
    outputs: (one) => outputAt(state, one),
    facts: (await step.facts?.(sources)) ?? {},
  });
  return { dependencies, consumed };
}

/** What a step wants to exist, with symbols for outputs that are not known yet. */
export function desiredNow(
  step: Step,
  environment: string,
  config: FactSources['config'],
  outputs: OutputReader,
): readonly StepResource[] {
  return desiredBy(step, { environment, config, outputs });
}
