import { type ServiceContainers, variablesOf } from './service-containers.ts';
import { type ScaleConfig, scaleSecretsOf } from './service-scale.ts';

/** A service, or a job, as far as it reads secrets. */
export interface SecretReader extends ServiceContainers {
  readonly scale?: ScaleConfig;
  readonly event?: Pick<ScaleConfig, 'rules'>;
}

type SecretPlace = { readonly path: readonly string[]; readonly name: string };

/** Every place of a service or a job that names a secret of the vault, below its key. */
export function secretsOf(service: SecretReader): readonly SecretPlace[] {
  const variables = variablesOf(service).flatMap(({ path, value }) =>
    value.kind === 'secret' ? [{ path, name: value.name }] : [],
  );
  return [...variables, ...platformSecretsOf(service)];
}

/** Of these places those that no container reads by itself: scalers and volumes. */
export function platformSecretsOf({ scale = {}, event = {}, volumes = {} }: SecretReader): readonly SecretPlace[] {
  return [
    ...Object.entries({ scale, event }).flatMap(([key, rules]) =>
      scaleSecretsOf(rules).map(({ path, name }) => ({ path: [key, ...path], name })),
    ),
    ...Object.entries(volumes).flatMap(([volume, { secrets = {} }]) =>
      Object.entries(secrets).map(([file, name]) => ({ path: ['volumes', volume, 'secrets', file], name })),
    ),
  ];
}
