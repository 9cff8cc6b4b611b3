import type { StepResource } from '../domain/desired.ts';
import { dependenciesOf } from '../domain/fingerprint.ts';
import { outputAt, outputSymbol, recordedOutputs } from '../domain/outputs.ts';
import { stepDefinition } from '../domain/steps.ts';
import { desiredBy, type FactSources, type Step } from '../engine/step.ts';
import type { StepBasis } from './plan.ts';

/**
 * What a step depends on as things stand, and what it wants to exist. Outputs that are not known yet stand as symbols in
 * the resources, and as unknown in the dependencies.
 */
export async function stepBasis(step: Step, environment: string, sources: FactSources): Promise<StepBasis> {
  const { config, state } = sources;
  const { dependencies, consumed } = dependenciesOf({
    definition: stepDefinition(step.name),
    desire: step.desire,
    environment,
    config,
    outputs: (one) => outputAt(state, one),
    facts: (await step.facts?.(sources)) ?? {},
  });
  return { dependencies, consumed, desired: desiredNow(step, environment, sources) };
}

/** What a step wants to exist, with symbols for outputs that are not known yet. */
export function desiredNow(
  step: Step,
  environment: string,
  { config, state }: Pick<FactSources, 'config' | 'state'>,
): readonly StepResource[] {
  return desiredBy(step, { environment, config, outputs: recordedOutputs(state, outputSymbol) });
}
