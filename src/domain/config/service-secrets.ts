import { type ServiceContainers, variablesOf } from './service-containers.ts';
import { type ScaleConfig, scaleSecretsOf } from './service-scale.ts';

/** A service as far as it reads secrets. */
interface SecretReader extends ServiceContainers {
  readonly scale?: ScaleConfig;
}

/** Every place of a service that names a secret of the vault, below the service's key. */
export function secretsOf(
  service: SecretReader,
): readonly { readonly path: readonly string[]; readonly name: string }[] {
  return [
    ...variablesOf(service).flatMap(({ path, value }) => (value.kind === 'secret' ? [{ path, name: value.name }] : [])),
    ...scaleSecretsOf(service.scale ?? {}).map(({ path, name }) => ({ path: ['scale', ...path], name })),
  ];
}
