import { suggestion } from '../../../../shared/suggestion.ts';
import { NAME_RULES } from '../../../name-rules.ts';
import type { DeploymentConfig } from '../../model.ts';
import { OWN_VARIABLES } from '../../service/own-variables.ts';
import { variablesOf } from '../../service/service-containers.ts';
import { workloads } from '../../workloads.ts';
import { all, problem, type RuleProblem, searchedProblem } from '../rule.ts';

export function serviceNames(config: DeploymentConfig): readonly RuleProblem[] {
  const seen = new Map<string, string>();
  return all(config).flatMap(({ key, name }) => {
    const path = ['services', key, 'name'];
    const other = seen.get(name);
    seen.set(name, key);
    if (other !== undefined) return [problem(path, `${JSON.stringify(name)} is also the name of services.${other}`)];
    const { pattern, allowed } = NAME_RULES.containerApp;
    return pattern.test(name) ? [] : [problem(path, `found ${JSON.stringify(name)}; allowed: ${allowed}`)];
  });
}

export function serviceReplicas(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, minReplicas, maxReplicas }) =>
    minReplicas > maxReplicas
      ? [problem(['services', key, 'min_replicas'], `${minReplicas} is more than max_replicas (${maxReplicas})`)]
      : [],
  );
}

/**
 * The pattern of Kubernetes, which Azure repeats in its refusal:
 * https://github.com/kubernetes/apimachinery/blob/v0.30.0/pkg/util/validation/validation.go
 */
const VARIABLE_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

export function variableNames(config: DeploymentConfig): readonly RuleProblem[] {
  return workloads(config).flatMap(({ place, workload }) =>
    variablesOf(workload).flatMap(({ path, name }) => {
      const at = [...place, ...path];
      if (OWN_VARIABLES.includes(name))
        return [{ ...problem(at, 'is set by the deployment itself'), isAboutKey: true as const }];
      if (VARIABLE_NAME.test(name)) return [];
      const hint = name.includes(':')
        ? `; .NET reads ${JSON.stringify(name.replaceAll(':', '__'))} as the same name`
        : '';
      const message = `found the name ${JSON.stringify(name)}; allowed: [-._a-zA-Z][-._a-zA-Z0-9]*${hint}`;
      return [{ ...problem(at, message), isAboutKey: true as const }];
    }),
  );
}

export function servicePaths(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, healthPath }) =>
    healthPath === undefined || /^\/[^\s]*$/.test(healthPath)
      ? []
      : [
          problem(
            ['services', key, 'health_path'],
            `found ${JSON.stringify(healthPath)}; allowed: a path that begins with /`,
          ),
        ],
  );
}

export function serviceImages(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, image, dockerfile }) =>
    image === undefined && dockerfile === undefined
      ? [
          problem(
            ['services', key],
            `needs an image, or a Dockerfile in services.${key}.build, services.${key}.dockerfile or docker.dockerfiles.${key}`,
          ),
        ]
      : [],
  );
}

/** Nothing builds the image of what is there before the images are built. */
export function serviceRoles(config: DeploymentConfig): readonly RuleProblem[] {
  return config.services.infrastructure.flatMap(({ key, dockerfile }) =>
    dockerfile === undefined
      ? []
      : [
          problem(
            ['services', key, 'role'],
            'is infrastructure, and what is built from a Dockerfile is an application',
          ),
        ],
  );
}

export function serviceReferences(config: DeploymentConfig): readonly RuleProblem[] {
  const services = all(config);
  return workloads(config).flatMap(({ place, workload }) =>
    variablesOf(workload).flatMap(({ path, value }) => {
      if (value.kind !== 'service') return [];
      const at = [...place, ...path];
      const target = services.find(({ key }) => key === value.key);
      if (!target) return [noSuchService(at, value.key, services)];
      return target.port === undefined ? [problem(at, `${value.key} has no port, so it has no address`)] : [];
    }),
  );
}

export function noSuchService(
  path: readonly string[],
  key: string,
  services: readonly { readonly key: string }[],
): RuleProblem {
  return searchedProblem(path, () => {
    const meant = suggestion(
      key,
      services.map((service) => service.key),
    );
    return `there is no service ${JSON.stringify(key)}${meant ? `; did you mean ${meant}?` : ''}`;
  });
}
