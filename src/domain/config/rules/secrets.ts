import type { DeploymentConfig } from '../model.ts';
import { COMPOSED_SECRETS, SecretName } from '../secrets.ts';
import { variablesOf } from '../service-containers.ts';
import { suggestion } from '../unknown-keys.ts';
import { jobsOf, workloads } from '../workloads.ts';
import { problem, type RuleProblem } from './rule.ts';

export function secretNames(config: DeploymentConfig): readonly RuleProblem[] {
  const names = Object.keys(config.secrets);
  const known = [...names, ...COMPOSED_SECRETS, SecretName.gemini];
  const spelling = names.flatMap((name) =>
    /^[0-9A-Z-]{1,127}$/.test(name) ? [] : [problem(['secrets', name], 'allowed in the key: letters, digits, _ and -')],
  );
  const references = secretReferences(config).flatMap(({ path, name }) => {
    if (known.includes(name)) return [];
    const meant = suggestion(name, known);
    return [problem(path, `there is no secret ${name}${meant ? `; did you mean ${meant}?` : ''}`)];
  });
  const variables = Object.entries(config.secrets).flatMap(([name, setting]) => {
    if (setting.source === 'environment' && !/^[A-Za-z_]\w*$/.test(setting.variable))
      return [problem(['secrets', name], 'after env: the name of an environment variable is expected')];
    if (setting.source === 'vault' && !/^[0-9a-zA-Z-]{1,127}$/.test(setting.name))
      return [problem(['secrets', name], 'after keyvault: the name of a secret is expected')];
    return [];
  });
  return [...spelling, ...references, ...variables];
}

/** Of the variables of services and jobs, and of what starts jobs. */
function secretReferences(
  config: DeploymentConfig,
): readonly { readonly path: readonly string[]; readonly name: string }[] {
  const variables = workloads(config).flatMap(({ place, containers }) =>
    variablesOf(containers).flatMap(({ path, value }) =>
      value.kind === 'secret' ? [{ path: [...place, ...path], name: value.name }] : [],
    ),
  );
  const scalers = jobsOf(config).flatMap(({ key, event }) =>
    Object.entries(event?.scalers ?? {}).flatMap(([scaler, { secrets = {} }]) =>
      Object.entries(secrets).map(([parameter, name]) => ({
        path: ['jobs', key, 'event', 'scalers', scaler, 'secrets', parameter],
        name,
      })),
    ),
  );
  return [...variables, ...scalers];
}

export function requiredSecrets(config: DeploymentConfig): readonly RuleProblem[] {
  const users = secretReferences(config).flatMap(({ path, name }) =>
    name === SecretName.gemini ? (path[1] ?? []) : [],
  );
  if (users.length === 0 || config.secrets[SecretName.gemini]) return [];
  const names = [...new Set(users)].join(', ');
  return [
    problem(
      'secrets.gemini_api_key',
      `is required by ${names}: give env:NAME (an environment variable), keyvault:NAME (a secret of the vault), or the key itself`,
    ),
  ];
}
