import type { Refusal } from '../../refusal.ts';
import { type Container, invalidField, refusal, type Volume, type VolumeMount, type Workload } from '../model.ts';

/**
 * Azure takes other names, with which the revision never starts, since Kubernetes does not:
 * https://github.com/MicrosoftDocs/azure-docs/issues/123092. Here they are refused at once.
 */
const VOLUME_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Azure's own, which ends as the others do: https://github.com/microsoft/azure-container-apps/issues/1576 */
const RESERVED = 'envoy-config';

/** The first thing wrong with the volumes of an app or a job, and with where its containers have them. */
export function volumesProblem(workload: string, { properties }: Workload): Refusal | undefined {
  const { volumes, containers, initContainers } = properties?.template ?? {};
  const defined = volumes ?? [];
  const all: readonly Container[] = [...(containers ?? []), ...(initContainers ?? [])];
  return (
    firstOf(defined, (volume) => volumeProblem(volume, defined)) ??
    firstOf(all, ({ volumeMounts }) =>
      firstOf(volumeMounts ?? [], (mount) => mountProblem(workload, mount, volumeMounts ?? [], defined)),
    )
  );
}

function firstOf<Item>(items: readonly Item[], problem: (item: Item) => Refusal | undefined): Refusal | undefined {
  return items.map(problem).find((found) => found !== undefined);
}

function volumeProblem({ name = '' }: Volume, all: readonly Volume[]): Refusal | undefined {
  const field = `template.volumes.${name}`;
  if (!VOLUME_NAME.test(name) || name === RESERVED) return invalidField(field, `Invalid volume name '${name}'`);
  return all.filter((other) => other.name === name).length > 1
    ? invalidField(field, `Volume name '${name}' is used more than once`)
    : undefined;
}

/**
 * In the words of the refusals: https://github.com/MicrosoftDocs/azure-docs/issues/103756 and
 * https://github.com/hashicorp/terraform-provider-azurerm/issues/29419, where the path is `/`. That each path is there once is
 * a rule of Kubernetes: https://github.com/kubernetes/kubernetes/blob/v1.30.0/pkg/apis/core/validation/validation.go
 */
function mountProblem(
  workload: string,
  { volumeName = '', mountPath = '' }: VolumeMount,
  mounts: readonly VolumeMount[],
  volumes: readonly Volume[],
): Refusal | undefined {
  if (!volumes.some(({ name }) => name === volumeName)) {
    return refusal(
      'ContainerAppInvalidVolumeMount',
      `Invalid Request: Volume '${volumeName}' to mount doesn't defined in the Container App '${workload}'.`,
    );
  }
  if (!mountPath.startsWith('/') || mountPath === '/' || mountPath.includes(':')) {
    return refusal(
      'ContainerAppInvalidMountPath',
      `Invalid Request: Invalid mount path was given. mountPath is required when mounting volume '${volumeName}'. mountPath must not contain ':'.`,
    );
  }
  return mounts.filter((other) => other.mountPath === mountPath).length > 1
    ? invalidField('template.containers.volumeMounts', `Mount path '${mountPath}' is used more than once`)
    : undefined;
}
