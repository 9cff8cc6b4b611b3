import { circlesOf } from '../../../circles.ts';
import { MAX_PROBLEMS } from '../../document/document.ts';
import type { DeploymentConfig } from '../../model.ts';
import { all, problem, type RuleProblem } from '../rule.ts';
import { noSuchService } from './services.ts';

/** What `depends_on` names is there, can be released before, and does not wait for the service in its turn. */
export function dependencies(config: DeploymentConfig): readonly RuleProblem[] {
  const services = all(config);
  const byKey = new Map(services.map((service) => [service.key, service]));
  const circles = circlesOf(new Map(services.map(({ key, dependsOn = [] }) => [key, dependsOn])));
  let told = 0;
  return services.flatMap((service) =>
    (service.dependsOn ?? []).flatMap((key, index) => {
      const path = ['services', service.key, 'depends_on', String(index)];
      const other = byKey.get(key);
      if (!other) return [noSuchService(path, key, services)];
      if (service.kind === 'infrastructure' && other.kind === 'application')
        return [problem(path, `${key} is an application service, and infrastructure services are there before those`)];
      // Of more circles nobody is told, and each way takes a search.
      if (told === MAX_PROBLEMS || !circles.have(service.key, key)) return [];
      told += 1;
      return [problem(path, `is a circle: ${circles.way(service.key, key).join(' → ')}`)];
    }),
  );
}
