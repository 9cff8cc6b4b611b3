import type { DeploymentConfig } from '../domain/config/model.ts';
import type { Drift } from '../domain/drift.ts';
import { outputReference } from '../domain/outputs.ts';
import type { PlannedStep } from '../domain/plan-schema.ts';
import type { RunOptions } from '../domain/run.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { StepName } from '../domain/steps.ts';
import type { Step } from '../engine/step.ts';
import type { FoundResources } from './find-resources.ts';
import { inOrder, outputName } from './forecast.ts';
import { forcedBy, type StepBasis } from './plan-steps.ts';

export interface RenewalInput {
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
  readonly options: RunOptions;
  readonly steps: readonly Step[];
  readonly planned: readonly PlannedStep[];
  readonly bases: ReadonlyMap<StepName, StepBasis>;
  readonly found: FoundResources | undefined;
  /** What somebody changed, as far as it was looked at: what is not put back may be taken over. */
  readonly drift: readonly Drift[];
}

/**
 * Outputs that will not be what is recorded of them, by `step.output`: all of a step that makes one of its resources anew, and
 * what the step itself says of what changed for it.
 */
export function renewedOutputs(input: RenewalInput): ReadonlySet<string> {
  const renewed = new Set<string>();
  for (const step of inOrder(input.steps)) {
    const planned = input.planned.find((one) => one.step === step.name);
    const basis = input.bases.get(step.name);
    if (!planned || !basis || planned.action === 'skip') continue;
    if (makesAnew(basis, input)) {
      const recorded = Object.keys(input.state.steps[step.name]?.outputs ?? {});
      for (const output of recorded) renewed.add(outputName({ step: step.name, output }));
    }
    const upstream = basis.consumed.map(outputName).filter((name) => renewed.has(name));
    const changedOutside = input.drift.filter((one) => one.step === step.name).map(({ key }) => key);
    const due = {
      changed: [...planned.changed, ...upstream.map((name) => `output:${name}`), ...changedOutside],
      forced: forcedBy(input.options, step.name) !== false,
    };
    for (const output of step.renews?.(due, input.config) ?? []) renewed.add(outputName(outputReference([...output])));
  }
  return renewed;
}

/** Something that a list would show is not there any more, or may be replaced. */
function makesAnew({ desired }: StepBasis, { state, options, found }: RenewalInput): boolean {
  return desired.some(({ key, id, kind }) => {
    const record = state.resources[key];
    if (record && options.allowReplace.includes(key)) return true;
    if (record && record.id.toLowerCase() !== id.toLowerCase()) return true;
    return found !== undefined && kind.listing !== 'absent' && !found.marks.has(id.toLowerCase());
  });
}
