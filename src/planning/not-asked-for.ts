import type { EnvironmentState } from '../domain/state.ts';
import type { StepName } from '../domain/steps.ts';
import type { StepBasis } from './plan-steps.ts';

/** What a plan is not to ask for: who wrote the configuration is not trusted, or who plans is not who deploys. */
export interface NotAskedFor {
  /** Kinds of facts that are not looked up and count as they were: `secret`, `file`, `principal`. */
  readonly facts: readonly string[];
  /** What the plan tells of it, one sentence each. */
  readonly unseen: readonly string[];
}

/** What a step depends on, with facts that nobody looked up as they were when it last ran. */
export function asRecorded<Basis extends Pick<StepBasis, 'dependencies'>>(
  basis: Basis,
  { steps }: EnvironmentState,
  step: StepName,
  notAsked: NotAskedFor | undefined,
): Basis {
  if (!notAsked) return basis;
  const isUnknown = (name: string): boolean => notAsked.facts.includes(name.split(':')[0] ?? '');
  const known = Object.entries(basis.dependencies).filter(([name]) => !isUnknown(name));
  const recorded = Object.entries(steps[step]?.dependencies ?? {}).filter(([name]) => isUnknown(name));
  return { ...basis, dependencies: Object.fromEntries([...known, ...recorded]) };
}
