import type { ServiceConfig } from '../domain/config/model.ts';
import { type EnvValue, variablesOf } from '../domain/config/service/service-containers.ts';
import { serviceNamed } from '../domain/references/reference-sources.ts';
import { referencesIn } from '../domain/references/reference-text.ts';

/**
 * The order in which services get their new revisions' traffic: those that others depend on or refer to first, so that nobody meets an
 * older version than it was built for. Where services refer to each other in a circle, the order of the file decides.
 */
export function releaseOrder(services: readonly ServiceConfig[]): readonly ServiceConfig[] {
  const byKey = new Map(services.map((service) => [service.key, service]));
  const ordered: ServiceConfig[] = [];
  const visited = new Set<string>();
  const visit = (service: ServiceConfig): void => {
    if (visited.has(service.key)) return;
    visited.add(service.key);
    for (const key of references(service)) {
      const other = byKey.get(key);
      if (other) visit(other);
    }
    ordered.push(service);
  };
  for (const service of services) visit(service);
  return ordered;
}

function references(service: ServiceConfig): readonly string[] {
  const named = variablesOf(service).flatMap(({ value }) => servicesNamed(value));
  return [...(service.dependsOn ?? []), ...named];
}

function servicesNamed(value: EnvValue): readonly string[] {
  if (value.kind === 'service') return [value.key];
  return value.kind === 'reference' ? referencesIn(value.text).flatMap((name) => serviceNamed(name) ?? []) : [];
}
