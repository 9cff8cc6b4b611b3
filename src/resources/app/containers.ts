import type { ServiceConfig } from '../../domain/config/model.ts';
import type { JobConfig } from '../../domain/config/model-choices.ts';
import type { ContainerSettings, SideContainer } from '../../domain/config/service/service-containers.ts';
import { platformSecretsOf } from '../../domain/config/service/service-secrets.ts';
import type { DesireInput } from '../../domain/desired.ts';
import type { JsonObject } from '../../shared/json.ts';
import { serviceProbes, sidecarProbes } from './probes.ts';
import { volumeMounts } from './volumes.ts';
import { environmentVariables, imageOf } from './workload.ts';

/** The service's own container, and those beside it. */
export function containers(input: DesireInput, service: ServiceConfig): JsonObject[] {
  const sidecars = (service.sidecars ?? []).map((sidecar) => ({
    ...sideContainer(input, service, sidecar),
    probes: sidecarProbes(sidecar),
  }));
  return [{ ...ownContainer(input, service), probes: serviceProbes(service) }, ...sidecars];
}

/** The container after which a service or a job is named. */
export function ownContainer(input: DesireInput, workload: ServiceConfig | JobConfig): JsonObject {
  // Nothing but a new revision reads the secret of a scaler or a volume again: https://learn.microsoft.com/azure/container-apps/manage-secrets
  const read = platformSecretsOf(workload).map(({ name }) => name);
  return container(input, workload.name, imageOf(input, workload), workload, read);
}

/** Absent where there is none, as bodies of services without were always. */
export function initContainers(
  input: DesireInput,
  workload: ServiceConfig | JobConfig,
): { readonly initContainers?: JsonObject[] } {
  const { init = [] } = workload;
  return init.length === 0 ? {} : { initContainers: init.map((one) => sideContainer(input, workload, one)) };
}

function sideContainer(input: DesireInput, workload: ServiceConfig | JobConfig, side: SideContainer): JsonObject {
  return container(input, side.name, side.image ?? imageOf(input, workload), side);
}

function container(
  input: DesireInput,
  name: string,
  image: string,
  settings: ContainerSettings,
  read: readonly string[] = [],
): JsonObject {
  const { command, args, cpu, memory, env } = settings;
  return {
    name,
    image,
    ...(command && { command: [...command] }),
    ...(args && { args: [...args] }),
    resources: { cpu, memory },
    env: environmentVariables(input, { env }, read),
    ...volumeMounts(settings),
  };
}
