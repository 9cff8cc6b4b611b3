import type { ServiceConfig } from '../../domain/config/model.ts';
import type { ContainerSettings, SideContainer } from '../../domain/config/service/service-containers.ts';
import { platformSecretsOf } from '../../domain/config/service/service-secrets.ts';
import type { DesireInput } from '../../domain/desired.ts';
import type { JsonObject } from '../../shared/json.ts';
import { serviceProbes, sidecarProbes } from './probes.ts';
import { volumeMounts } from './volumes.ts';
import { environmentVariables, imageOf } from './workload.ts';

/** The service's own container, and those beside it. */
export function containers(input: DesireInput, service: ServiceConfig): JsonObject[] {
  // Nothing but a new revision reads the secret of a scaler or a volume again: https://learn.microsoft.com/azure/container-apps/manage-secrets
  const read = platformSecretsOf(service).map(({ name }) => name);
  const own = container(input, service.name, imageOf(input, service), service, read);
  const sidecars = (service.sidecars ?? []).map((sidecar) => ({
    ...sideContainer(input, service, sidecar),
    probes: sidecarProbes(sidecar),
  }));
  return [{ ...own, probes: serviceProbes(service) }, ...sidecars];
}

/** Absent where there is none, as bodies of services without were always. */
export function initContainers(input: DesireInput, service: ServiceConfig): { readonly initContainers?: JsonObject[] } {
  const { init = [] } = service;
  return init.length === 0 ? {} : { initContainers: init.map((one) => sideContainer(input, service, one)) };
}

function sideContainer(input: DesireInput, service: ServiceConfig, side: SideContainer): JsonObject {
  return container(input, side.name, side.image ?? imageOf(input, service), side);
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
