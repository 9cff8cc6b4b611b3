import type { DeploymentConfig } from '../model.ts';
import { workloads } from '../workloads.ts';
import { problem, type RuleProblem } from './rule.ts';

/** Services and jobs are nowhere without an environment. */
export function neededEnvironment(config: DeploymentConfig): readonly RuleProblem[] {
  const [first] = workloads(config);
  if (!config.containerApps.isLeftOut || first === undefined) return [];
  return [problem('container_apps', `is false, and ${first.place.join('.')} needs an environment; leave the key out`)];
}
