import { type ServiceContainers, variablesOf } from './service-containers.ts';
import { type ScaleConfig, scaleSecretsOf } from './service-scale.ts';

/** A service as far as it reads secrets. */
interface SecretReader extends ServiceContainers {
  readonly scale?: ScaleConfig;
}

type SecretPlace = { readonly path: readonly string[]; readonly name: string };

/** Every place of a service that names a secret of the vault, below the service's key. */
export function secretsOf(service: SecretReader): readonly SecretPlace[] {
  const variables = variablesOf(service).flatMap(({ path, value }) =>
    value.kind === 'secret' ? [{ path, name: value.name }] : [],
  );
  return [...variables, ...platformSecretsOf(service)];
}

/** Of these places those that no container reads by itself: scalers and volumes. */
export function platformSecretsOf({ scale = {}, volumes = {} }: SecretReader): readonly SecretPlace[] {
  return [
    ...scaleSecretsOf(scale).map(({ path, name }) => ({ path: ['scale', ...path], name })),
    ...Object.entries(volumes).flatMap(([volume, { secrets = {} }]) =>
      Object.entries(secrets).map(([file, name]) => ({ path: ['volumes', volume, 'secrets', file], name })),
    ),
  ];
}
