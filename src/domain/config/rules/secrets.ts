import type { DeploymentConfig } from '../model.ts';
import { COMPOSED_SECRETS, SecretName } from '../secrets.ts';
import { variablesOf } from '../service-containers.ts';
import { suggestion } from '../unknown-keys.ts';
import { all, problem, type RuleProblem } from './rule.ts';

export function secretNames(config: DeploymentConfig): readonly RuleProblem[] {
  const names = Object.keys(config.secrets);
  const known = [...names, ...COMPOSED_SECRETS, SecretName.gemini];
  const spelling = names.flatMap((name) =>
    /^[0-9A-Z-]{1,127}$/.test(name) ? [] : [problem(['secrets', name], 'allowed in the key: letters, digits, _ and -')],
  );
  const references = all(config).flatMap((service) =>
    variablesOf(service).flatMap(({ path, value }) => {
      if (value.kind !== 'secret' || known.includes(value.name)) return [];
      const meant = suggestion(value.name, known);
      return [
        problem(
          ['services', service.key, ...path],
          `there is no secret ${value.name}${meant ? `; did you mean ${meant}?` : ''}`,
        ),
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

export function requiredSecrets(config: DeploymentConfig): readonly RuleProblem[] {
  const users = all(config).filter((service) =>
    variablesOf(service).some(({ value }) => value.kind === 'secret' && value.name === SecretName.gemini),
  );
  if (users.length === 0 || config.secrets[SecretName.gemini]) return [];
  const names = users.map(({ key }) => key).join(', ');
  return [
    problem(
      'secrets.gemini_api_key',
      `is required by ${names}: give env:NAME (an environment variable), keyvault:NAME (a secret of the vault), or the key itself`,
    ),
  ];
}
