import { parseGitAddress } from '../git-address.ts';
import type { DeploymentConfig } from '../model.ts';
import { all, problem, type RuleProblem } from './rule.ts';

export function dockerSource({ docker }: DeploymentConfig): readonly RuleProblem[] {
  const address = docker.source === undefined ? undefined : parseGitAddress(docker.source);
  return address && 'problem' in address ? [problem('docker.source', address.problem)] : [];
}

export function releaseSteps({ release: { steps } }: DeploymentConfig): readonly RuleProblem[] {
  const isRising = steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0));
  if (isRising && steps.at(-1) === 100) return [];
  return [problem('release.steps', `found ${JSON.stringify(steps)}; allowed: rising percentages that end with 100`)];
}

export function smokeRequests(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, kind, transport, ingress, smoke = [] }) => {
    const path = ['services', key, 'smoke'];
    if (smoke.length > 0 && (kind === 'infrastructure' || transport === 'tcp' || ingress === 'none'))
      return [problem(path, 'only an application service that answers http can be asked')];
    return smoke.flatMap((request, index) =>
      /^\/[^\s]*$/.test(request.path)
        ? []
        : [
            problem(
              [...path, String(index), 'path'],
              `found ${JSON.stringify(request.path)}; allowed: a path that begins with /`,
            ),
          ],
    );
  });
}
