import type { DesiredResource } from '../domain/desired.ts';
import { dependenciesOf, outputOf, recordedOutputs } from '../domain/fingerprint.ts';
import { stepDefinition } from '../domain/steps.ts';
import type { Step } from '../engine/step.ts';
import { type FactSources, factsOf } from './facts.ts';
import type { StepInput } from './plan.ts';

/**
 * What a step depends on as things stand, and what it wants to exist. Outputs that are not known yet stand as symbols in
 * the resources, and as unknown in the dependencies.
 */
export async function stepInput(step: Step, environment: string, sources: FactSources): Promise<StepInput> {
  const { config, state } = sources;
  const { dependencies, consumed } = dependenciesOf({
    definition: stepDefinition(step.name),
    desire: step.desire,
    environment,
    config,
    outputs: (one) => outputOf(state, one),
    facts: await factsOf(step.name, sources),
  });
  return { dependencies, consumed, desired: desiredNow(step, environment, sources) };
}

/** What a step wants to exist, with symbols for outputs that are not known yet. */
export function desiredNow(
  step: Step,
  environment: string,
  { config, state }: Pick<FactSources, 'config' | 'state'>,
): readonly DesiredResource[] {
  const outputs = recordedOutputs(state, (one) => `\${${one.step}.${one.output}}`);
  return step.desire({ environment, config, outputs });
}
