import type { DesiredResource } from '../domain/desired.ts';
import { type Drift, driftReasons } from '../domain/drift.ts';
import type { ConsumedOutput, Dependencies } from '../domain/fingerprint.ts';
import type { Plan, PlannedResource, PlannedStep } from '../domain/plan-schema.ts';
import type { RunOptions } from '../domain/run.ts';
import { outOfScope } from '../domain/run-scope.ts';
import { criticalPath } from '../domain/schedule.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { STEPS, type StepDefinition, type StepName } from '../domain/steps.ts';
import { hashJson } from '../shared/json.ts';
import { type Decision, decideStep } from './decide.ts';
import { type FoundResources, planResources } from './plan-resources.ts';

export interface PlanInput {
  readonly environment: string;
  readonly state: EnvironmentState;
  readonly options: RunOptions;
  readonly steps: ReadonlyMap<StepName, StepInput>;
  /** What was found in the resource group; undefined: it was not looked at. */
  readonly found: FoundResources | undefined;
  /** Why verification is due besides what changed, e.g. an address that does not answer. */
  readonly unhealthy: readonly string[];
  readonly warnings: readonly string[];
  /** What was found changed on Azure, where it was looked for. */
  readonly drift?: readonly Drift[];
}

export interface StepInput {
  readonly dependencies: Dependencies;
  readonly consumed: readonly ConsumedOutput[];
  readonly desired: readonly DesiredResource[];
}

/** Seconds that each step takes on Azure the first time (durations of its slowest chain of operations). */
const TYPICAL_SECONDS: Readonly<Record<StepName, number>> = {
  check_prerequisites: 5,
  create_resource_group: 5,
  create_monitoring: 15,
  create_container_registry: 20,
  create_key_vault: 45,
  create_databases: 720,
  store_secrets: 60,
  create_container_apps_env: 70,
  build_and_push_images: 75,
  deploy_infrastructure_services: 25,
  deploy_application_services: 25,
  configure_environment_variables: 2,
  run_migrations: 45,
  verify_deployment: 15,
};

/** What a run will do and why. Pure: equal inputs give an equal plan with an equal digest. */
export function makePlan(input: PlanInput): Plan {
  const steps: PlannedStep[] = [];
  for (const definition of STEPS) steps.push(planStep(definition, input, steps));
  // Numbers are the order people know; the order of the graph differs from it in one place.
  settleLateSteps(steps, input);
  const running = new Set(steps.filter(({ action }) => action !== 'skip').map(({ step }) => step));
  const seconds = (name: StepName): number => (running.has(name) ? TYPICAL_SECONDS[name] : 0);
  const path = criticalPath(STEPS, seconds).filter((name) => running.has(name));
  const content = {
    environment: input.environment,
    steps,
    resources: resourcesOf(input, running),
    warnings: [...input.warnings],
    criticalPath: path.map((step) => ({ step, estimatedSeconds: seconds(step) })),
  };
  return { ...content, digest: hashJson(content) };
}

function planStep(definition: StepDefinition, input: PlanInput, before: readonly PlannedStep[]): PlannedStep {
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
  if (name === 'verify_deployment') return verification(before, planned);
  const waitsFor = step.consumed.filter((one) =>
    before.some((other) => other.step === one.step && other.action !== 'skip'),
  );
  if (waitsFor.length === 0) return planned('skip', decision.reason);
  const names = [...new Set(waitsFor.map((one) => `${one.step}.${one.output}`))];
  const told = names.length > 2 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
  return planned('maybe', `runs if ${told} changes`);
}

/** Run once more over steps that consume an output of a step with a higher number (11 waits for 13). */
function settleLateSteps(steps: PlannedStep[], input: PlanInput): void {
  for (const definition of STEPS) {
    const index = definition.number - 1;
    if (steps[index]?.action !== 'run') steps[index] = planStep(definition, input, steps);
  }
}

function verification(
  before: readonly PlannedStep[],
  planned: (action: PlannedStep['action'], reason: string) => PlannedStep,
): PlannedStep {
  const others = before.filter(({ step }) => step !== 'verify_deployment');
  const running = others.find(({ action }) => action === 'run');
  if (running) return planned('run', `${running.step} runs`);
  const maybe = others.find(({ action }) => action === 'maybe');
  return maybe ? planned('maybe', `runs if ${maybe.step} runs`) : planned('skip', 'unchanged');
}

function decide(definition: StepDefinition, step: StepInput, input: PlanInput): Decision {
  const { state, options, found } = input;
  const { name } = definition;
  const recorded = Object.entries(state.resources).filter(([, resource]) => resource.step === name);
  const wanted = new Map(step.desired.map((resource) => [resource.key, resource]));
  const missing = recorded.flatMap(([key, { id }]) => {
    const listing = wanted.get(key)?.kind.listing ?? 'absent';
    return found && listing !== 'absent' && !found.ours.has(id.toLowerCase()) ? [key] : [];
  });
  return decideStep({
    previous: state.steps[name],
    dependencies: step.dependencies,
    forced: forcedBy(options, name),
    missing,
    because: [...driftReasons(input.drift ?? [], name), ...(name === 'verify_deployment' ? input.unhealthy : [])],
  });
}

export function forcedBy(options: RunOptions, step: StepName): false | '--force-step' | '--force-all' {
  if (options.forceAll) return '--force-all';
  return options.forceSteps.includes(step) ? '--force-step' : false;
}

function resourcesOf(input: PlanInput, running: ReadonlySet<StepName>): PlannedResource[] {
  const desired = [...input.steps.values()].flatMap((step) => step.desired);
  return planResources({ desired, running, state: input.state, options: input.options, found: input.found });
}
