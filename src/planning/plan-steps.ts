import type { StepResource } from '../domain/desired.ts';
import type { Drift } from '../domain/drift.ts';
import { driftReasons } from '../domain/drift-check/drift-text.ts';
import type { Dependencies } from '../domain/fingerprint.ts';
import type { OutputReference } from '../domain/outputs.ts';
import type { PlannedStep } from '../domain/plan-schema.ts';
import type { RunOptions } from '../domain/run.ts';
import { outOfScope } from '../domain/runs/run-scope.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { STEPS, type StepDefinition, type StepName } from '../domain/steps.ts';
import { type Decision, decideStep } from './decide.ts';
import type { FoundResources } from './find-resources.ts';

/** What a step is decided by. */
export interface StepBasis {
  readonly dependencies: Dependencies;
  readonly consumed: readonly OutputReference[];
  readonly desired: readonly StepResource[];
  /** Nothing that it makes is asked for. */
  readonly isIdle?: boolean;
  /** Why it is due besides what changed, e.g. an address that does not answer. */
  readonly troubles?: readonly string[];
}

export interface StepPlanInput {
  readonly state: EnvironmentState;
  readonly options: RunOptions;
  readonly steps: ReadonlyMap<StepName, StepBasis>;
  /** What was found in the resource group; undefined: it was not looked at. */
  readonly found: FoundResources | undefined;
  /** What was found changed on Azure, where it was looked for. */
  readonly drift?: readonly Drift[];
}

/** Which steps run, and why. Pure. */
export function planSteps(input: StepPlanInput): readonly PlannedStep[] {
  const steps: PlannedStep[] = [];
  for (const definition of STEPS) steps.push(planStep(definition, input, steps));
  // Numbers are the order people know; the order of the graph differs from it in one place.
  settleLateSteps(steps, input);
  return steps;
}

function planStep(definition: StepDefinition, input: StepPlanInput, before: readonly PlannedStep[]): PlannedStep {
  const { name, number } = definition;
  const step = input.steps.get(name);
  if (!step) throw new Error(`no input for ${name}`);
  const scope = outOfScope(input.options, name);
  if (scope !== undefined) return { step: name, number, action: 'skip', reason: scope, changed: [] };
  const decision = decide(definition, step, input);
  const planned = (action: PlannedStep['action'], reason: string): PlannedStep => ({
    step: name,
    number,
    action,
    reason,
    changed: [...decision.changed],
  });
  if (decision.action === 'run') return planned('run', decision.reason);
  if (definition.verifies) return verification(definition, before, planned);
  const waitsFor = step.consumed.filter((one) =>
    before.some((other) => other.step === one.step && other.action !== 'skip'),
  );
  if (waitsFor.length === 0) return planned('skip', decision.reason);
  const names = [...new Set(waitsFor.map((one) => `${one.step}.${one.output}`))];
  const told = names.length > 2 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
  return planned('maybe', `runs if ${told} changes`);
}

/** Run once more over steps that consume an output of a step with a higher number (11 waits for 13). */
function settleLateSteps(steps: PlannedStep[], input: StepPlanInput): void {
  for (const definition of STEPS) {
    const index = definition.number - 1;
    if (steps[index]?.action !== 'run') steps[index] = planStep(definition, input, steps);
  }
}

function verification(
  { name }: StepDefinition,
  before: readonly PlannedStep[],
  planned: (action: PlannedStep['action'], reason: string) => PlannedStep,
): PlannedStep {
  const others = before.filter(({ step }) => step !== name);
  const running = others.find(({ action }) => action === 'run');
  if (running) return planned('run', `${running.step} runs`);
  const maybe = others.find(({ action }) => action === 'maybe');
  return maybe ? planned('maybe', `runs if ${maybe.step} runs`) : planned('skip', 'unchanged');
}

function decide(definition: StepDefinition, step: StepBasis, input: StepPlanInput): Decision {
  const { state, options, found } = input;
  const { name } = definition;
  const recorded = Object.entries(state.resources).filter(([, resource]) => resource.step === name);
  const wanted = new Map(step.desired.map((resource) => [resource.key, resource]));
  const missing = recorded.flatMap(([key, { id }]) => {
    const listing = wanted.get(key)?.kind.listing ?? 'absent';
    return found && listing !== 'absent' && !found.marks.has(id.toLowerCase()) ? [key] : [];
  });
  return decideStep({
    previous: state.steps[name],
    dependencies: step.dependencies,
    forced: forcedBy(options, name),
    missing,
    isIdle: step.isIdle ?? false,
    because: [...driftReasons(input.drift ?? [], name), ...(step.troubles ?? [])],
  });
}

export function forcedBy(options: RunOptions, step: StepName): false | '--force-step' | '--force-all' {
  if (options.forceAll) return '--force-all';
  return options.forceSteps.includes(step) ? '--force-step' : false;
}
