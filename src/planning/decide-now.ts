import type { Dependencies } from '../domain/fingerprint.ts';
import type { Plan } from '../domain/plan-schema.ts';
import { outOfScope } from '../domain/runs/run-scope.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { FactSources, Step } from '../engine/step.ts';
import { sha256 } from '../shared/json.ts';
import { type Decision, decideStep } from './decide.ts';
import { forcedBy } from './plan-steps.ts';
import { outputsConsumed, stepBasis } from './step-basis.ts';

export interface DecisionNow extends Decision {
  readonly dependencies: Dependencies;
}

/**
 * Whether the step runs, now that every output before it is known. What the plan was sure of stands; a `maybe` is compared
 * with the outputs as they are, and skipped when they came out as before.
 */
export async function decideNow(
  run: LoadedRun,
  plan: Plan | undefined,
  step: Step,
  state: EnvironmentState,
  sources: FactSources,
): Promise<DecisionNow> {
  const { request } = run;
  const scope = outOfScope(request.options, step.name);
  if (scope !== undefined) return { action: 'skip', reason: scope, changed: [], forced: false, dependencies: {} };
  const planned = plan?.steps.find((one) => one.step === step.name);
  const { dependencies } = await stepBasis(step, request.environment, sources);
  const forced = forcedBy(request.options, step.name);
  if (planned?.action === 'run') {
    return { action: 'run', reason: planned.reason, changed: planned.changed, forced: forced !== false, dependencies };
  }
  const isIdle = step.isIdle?.(sources.config) ?? false;
  const decision = decideStep({ previous: state.steps[step.name], dependencies, forced, missing: [], isIdle });
  return { ...decision, dependencies };
}

/**
 * What can be told only after the step: late facts, and what earlier steps have left by then. These are done again under a step that
 * has begun when the storage has lost what they did. Everything else stays as it was decided by, since sources may change while it runs.
 */
export async function lateDependencies(step: Step, environment: string, sources: FactSources): Promise<Dependencies> {
  const facts = (await step.lateFacts?.(sources)) ?? {};
  return {
    ...outputsConsumed(step, environment, sources),
    ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, { hash: sha256(value) }])),
  };
}
