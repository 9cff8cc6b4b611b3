import type { DeploymentConfig, ServiceConfig } from '../../model.ts';
import { all, problem, type RuleProblem } from '../rule.ts';
import { noSuchService } from './services.ts';

/** What `depends_on` names is there, can be released before, and does not wait for the service in its turn. */
export function dependencies(config: DeploymentConfig): readonly RuleProblem[] {
  const services = all(config);
  const byKey = new Map(services.map((service) => [service.key, service]));
  return services.flatMap((service) =>
    (service.dependsOn ?? []).flatMap((key, index) => {
      const path = ['services', service.key, 'depends_on', String(index)];
      const other = byKey.get(key);
      if (!other) return [noSuchService(path, key, services)];
      if (service.kind === 'infrastructure' && other.kind === 'application')
        return [problem(path, `${key} is built, and what comes as an image is there before it`)];
      const circle = wayBack(byKey, other, service.key, [service.key]);
      return circle ? [problem(path, `is a circle: ${circle.join(' → ')}`)] : [];
    }),
  );
}

function wayBack(
  byKey: ReadonlyMap<string, ServiceConfig>,
  from: ServiceConfig,
  to: string,
  way: readonly string[],
): readonly string[] | undefined {
  const here = [...way, from.key];
  if (from.key === to) return here;
  // Another circle on the way is told where it is.
  if (way.includes(from.key)) return undefined;
  for (const key of from.dependsOn ?? []) {
    const next = byKey.get(key);
    const found = next && wayBack(byKey, next, to, here);
    if (found) return found;
  }
  return undefined;
}
