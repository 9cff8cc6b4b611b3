import type { OutputReader } from '../domain/outputs.ts';
import type { Plan, PlannedResource } from '../domain/plan-schema.ts';
import { replacedData } from '../domain/rollback/release.ts';
import { criticalPath } from '../domain/schedule.ts';
import { STEPS, type StepName, stepDefinition } from '../domain/steps.ts';
import { type CodedWarning, unacknowledged } from '../domain/warnings/warning-codes.ts';
import { hashJson } from '../shared/json.ts';
import { plannedDomains } from './domains/planned-domains.ts';
import { planResources } from './plan-resources.ts';
import { planSteps, type StepPlanInput } from './plan-steps.ts';
import type { ResourcePlanInput } from './resource-plan-input.ts';
import { takeoverOrder } from './takeover-order.ts';
import type { TemplatePlan } from './templates/template-plan.ts';

export interface PlanInput extends StepPlanInput, Omit<ResourcePlanInput, 'planned'> {
  /** As they will be. */
  readonly outputs: OutputReader;
  readonly target: NonNullable<Plan['target']>;
  /** What templates make; absent: there are none. */
  readonly templates?: TemplatePlan;
  /** Outputs that come out anew and are no resources. */
  readonly renewed: readonly string[];
  readonly unseen: readonly string[];
  readonly warnings: readonly CodedWarning[];
}

/** What a run will do and why. Pure: equal inputs give an equal plan with an equal digest. */
export function makePlan(input: PlanInput): Plan {
  const steps = [...planSteps(input)];
  const running = new Set(steps.filter(({ action }) => action !== 'skip').map(({ step }) => step));
  const seconds = (name: StepName): number => (running.has(name) ? stepDefinition(name).typicalSeconds : 0);
  const path = criticalPath(STEPS, seconds).filter((name) => running.has(name));
  const planned = { ...input, planned: steps };
  const { again, lines = [] } = input.templates ?? {};
  const own = planResources(planned).map((line): PlannedResource => {
    const reason = again?.get(line.key);
    return line.action === 'unchanged' && reason !== undefined ? { ...line, action: 'update', reason } : line;
  });
  const resources = [...own, ...lines];
  const domains = plannedDomains({ ...input, running });
  const takeover = takeoverOrder(resources, planned);
  const content = {
    environment: input.environment,
    target: input.target,
    steps,
    resources,
    ...(takeover.length > 0 && { takeover: [...takeover] }),
    ...(domains.length > 0 && { domains }),
    renewed: [...input.renewed],
    warnings: unacknowledged(
      [...input.warnings, ...(input.options.rollbackTo ? replacedData(resources, input.state) : [])],
      input.config.acknowledge,
    ),
    unseen: [...input.unseen],
    criticalPath: path.map((step) => ({ step, estimatedSeconds: seconds(step) })),
  };
  return { ...content, digest: hashJson(content) };
}
