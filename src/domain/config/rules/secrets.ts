import { suggestion } from '../../../shared/suggestion.ts';
import { COMPOSED, composedNames, rabbitMq } from '../../sections/composed-secrets.ts';
import type { DeploymentConfig } from '../model.ts';
import { HMAC_KEY_NAME, SecretName, vaultName } from '../secrets.ts';
import { secretsOf } from '../service/service-secrets.ts';
import { workloads } from '../workloads.ts';
import { problem, type RuleProblem, searchedProblem } from './rule.ts';

const NEEDS_RABBITMQ =
  'needs a service "rabbitmq" with an image and, under env, a RABBITMQ_DEFAULT_PASS that is a secret';

export function secretNames(config: DeploymentConfig): readonly RuleProblem[] {
  const names = Object.keys(config.secrets);
  // Whether there is what a composed one is made of is asked elsewhere (domain/sections/needs.ts).
  const composed = composedNames(config)
    .map(({ name }) => name)
    .filter((name) => name !== COMPOSED.rabbitmq || rabbitMq(config) !== undefined);
  const known = new Set([...names, ...composed, SecretName.gemini]);
  const spelling = names.flatMap((name) => {
    if (name === vaultName(HMAC_KEY_NAME))
      return [
        problem(['secrets', name], 'is the name of a secret that this program keeps in the vault; choose another'),
      ];
    return /^[0-9A-Z-]{1,127}$/.test(name)
      ? []
      : [problem(['secrets', name], 'allowed in the key: at most 127 letters, digits, _ and -')];
  });
  const references = workloads(config).flatMap(({ place, workload }) =>
    secretsOf(workload).flatMap(({ path, name }) => {
      const at = [...place, ...path];
      if (known.has(name)) return wrongReference(at, name);
      if (name === COMPOSED.rabbitmq) return [problem(at, `the secret ${name} ${NEEDS_RABBITMQ}`)];
      return [
        searchedProblem(at, () => {
          const meant = suggestion(name, [...known]);
          return `there is no secret ${name}${meant ? `; did you mean ${meant}?` : ''}`;
        }),
      ];
    }),
  );
  const variables = Object.entries(config.secrets).flatMap(([name, setting]) => {
    if (setting.source === 'environment' && !/^[A-Za-z_]\w*$/.test(setting.variable))
      return [problem(['secrets', name], 'after env: the name of an environment variable is expected')];
    if (setting.source === 'vault' && !/^[0-9a-zA-Z-]{1,127}$/.test(setting.name))
      return [problem(['secrets', name], 'after keyvault: the name of a secret is expected')];
    return [];
  });
  return [...spelling, ...references, ...variables];
}

/**
 * Within an app its name is the same in lower case, which begins and ends with a letter or digit:
 * https://github.com/Azure/container-apps-deploy-action/issues/116
 */
function wrongReference(path: readonly string[], name: string): readonly RuleProblem[] {
  if (!/^-|-$/.test(name)) return [];
  return [problem(path, `the secret ${name} begins or ends with - or _, which no container app takes; rename its key`)];
}

export function requiredSecrets(config: DeploymentConfig): readonly RuleProblem[] {
  const users = workloads(config).filter(({ workload }) =>
    secretsOf(workload).some(({ name }) => name === SecretName.gemini),
  );
  if (users.length === 0 || config.secrets[SecretName.gemini]) return [];
  const names = users.map(({ place }) => place[1]).join(', ');
  return [
    problem(
      'secrets.gemini_api_key',
      `is required by ${names}: give env:NAME (an environment variable), keyvault:NAME (a secret of the vault), or the key itself`,
    ),
  ];
}
