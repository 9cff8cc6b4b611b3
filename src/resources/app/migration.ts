import type { ServiceConfig } from '../../domain/config/model.ts';
import { RUN_MARK } from '../../domain/config/service/own-variables.ts';
import { sizeOf } from '../../domain/config/service/service-containers.ts';
import type { DesireInput } from '../../domain/desired.ts';
import type { JsonObject } from '../../shared/json.ts';
import { environmentVariables, imageOf } from './workload.ts';

/** A migration that runs longer than this is stopped by Azure. */
export const MIGRATION_TIMEOUT_IN_SECONDS = 1800;

/**
 * As large as a replica of the service: the size of its own container may fit together with its sidecars only.
 *
 * @param mark recognises an execution of ours, should the answer to its start be lost
 */
export function migrationContainer(input: DesireInput, service: ServiceConfig, mark?: string): JsonObject {
  const { cpu, memoryInGi } = sizeOf(service);
  return {
    name: 'migrate',
    image: imageOf(input, service),
    command: [...(service.migration?.command ?? [])],
    resources: service.sidecars ? { cpu, memory: `${memoryInGi}Gi` } : { cpu, memory: service.memory },
    env: [...environmentVariables(input, service), ...(mark === undefined ? [] : [{ name: RUN_MARK, value: mark }])],
  };
}
