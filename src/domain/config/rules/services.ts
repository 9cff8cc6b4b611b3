import { NAME_RULES } from '../../name-rules.ts';
import type { DeploymentConfig } from '../model.ts';
import { suggestion } from '../unknown-keys.ts';
import { all, problem, type RuleProblem } from './rule.ts';

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

export function serviceSizes(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, cpu, memory, minReplicas, maxReplicas }) => {
    const found: RuleProblem[] = [];
    const isStep = Number.isInteger(cpu * 4) && cpu >= 0.25 && cpu <= 4;
    if (!isStep) found.push(problem(['services', key, 'cpu'], `found ${cpu}; allowed: 0.25 to 4 in steps of 0.25`));
    else if (memory !== `${cpu * 2}Gi`)
      found.push(
        problem(
          ['services', key, 'memory'],
          `found ${JSON.stringify(memory)}; with ${cpu} cpu it must be "${cpu * 2}Gi"`,
        ),
      );
    if (minReplicas > maxReplicas)
      found.push(
        problem(['services', key, 'min_replicas'], `${minReplicas} is more than max_replicas (${maxReplicas})`),
      );
    return found;
  });
}

/** `exposedPort` "can't be 80 or 443": https://learn.microsoft.com/azure/container-apps/ingress-how-to */
const HTTP_PORTS = [80, 443];

export function serviceIngress(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, ingress, transport, port }) => {
    if (transport !== 'tcp' || ingress === 'none') return [];
    const message =
      'external tcp needs a virtual network, which this deployment does not make; use internal, or transport: http';
    const isTaken = HTTP_PORTS.includes(port);
    return [
      ...(ingress === 'external' ? [problem(['services', key, 'ingress'], message)] : []),
      ...(isTaken
        ? [
            problem(
              ['services', key, 'port'],
              `${port} cannot be exposed with transport: tcp; choose another port, or http`,
            ),
          ]
        : []),
    ];
  });
}

/**
 * The pattern of Kubernetes, which Azure repeats in its refusal:
 * https://github.com/kubernetes/apimachinery/blob/v0.30.0/pkg/util/validation/validation.go
 */
const VARIABLE_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

export function variableNames(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, env }) =>
    Object.keys(env).flatMap((name) => {
      if (VARIABLE_NAME.test(name)) return [];
      const hint = name.includes(':')
        ? `; .NET reads ${JSON.stringify(name.replaceAll(':', '__'))} as the same name`
        : '';
      const message = `found the name ${JSON.stringify(name)}; allowed: [-._a-zA-Z][-._a-zA-Z0-9]*${hint}`;
      return [{ ...problem(['services', key, 'env', name], message), isAboutKey: true as const }];
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
            `needs an image, or a Dockerfile in services.${key}.dockerfile or docker.dockerfiles.${key}`,
          ),
        ]
      : [],
  );
}

export function serviceReferences(config: DeploymentConfig): readonly RuleProblem[] {
  const keys = all(config).map(({ key }) => key);
  return all(config).flatMap(({ key, env }) =>
    Object.entries(env).flatMap(([name, value]) => {
      if (value.kind !== 'service' || keys.includes(value.key)) return [];
      const meant = suggestion(value.key, keys);
      return [
        problem(
          ['services', key, 'env', name],
          `there is no service ${JSON.stringify(value.key)}${meant ? `; did you mean ${meant}?` : ''}`,
        ),
      ];
    }),
  );
}
