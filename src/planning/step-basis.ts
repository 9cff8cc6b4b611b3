import type { StepResource } from '../domain/desired.ts';
import { type Dependencies, dependenciesOf } from '../domain/fingerprint.ts';
import { type OutputReader, outputAt } from '../domain/outputs.ts';
import { stepDefinition } from '../domain/steps.ts';
import { desiredBy, type FactSources, type Facts, type Step } from '../engine/step.ts';
import type { StepBasis } from './plan-steps.ts';

type Basis = Pick<StepBasis, 'dependencies' | 'consumed'>;

/** What a step depends on as things stand; outputs that are not known yet as unknown. */
export async function stepBasis(step: Step, environment: string, sources: FactSources): Promise<Basis> {
  return basisOf(step, environment, sources, (await step.facts?.(sources)) ?? {});
}

/** What it depends on of what other steps left, as the state has it. */
export function outputsConsumed(
  step: Step,
  environment: string,
  sources: Pick<FactSources, 'config' | 'state'>,
): Dependencies {
  const { dependencies } = basisOf(step, environment, sources, {});
  return Object.fromEntries(Object.entries(dependencies).filter(([name]) => name.startsWith('output:')));
}

function basisOf(
  step: Step,
  environment: string,
  { config, state }: Pick<FactSources, 'config' | 'state'>,
  facts: Facts,
): Basis {
  const { dependencies, consumed } = dependenciesOf({
    definition: stepDefinition(step.name),
    desire: step.desire,
    derives: step.derives,
    environment,
    config,
    outputs: (one) => outputAt(state, one),
    facts,
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
