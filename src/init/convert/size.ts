import type { JsonObject } from '../../shared/json.ts';
import type { ServiceFacts } from './facts.ts';
import type { Report } from './report.ts';

const MOST_CPU = 4;
const STEP = 0.25;
const BYTES_IN_GI = 2 ** 30;

/**
 * cpu and memory of a replica: steps of 0.25 cpu, and twice as many Gi (https://learn.microsoft.com/azure/container-apps/containers#allocations).
 * What is said is a limit, so no less than it is given.
 */
export function sizeOf(facts: ServiceFacts, path: readonly string[], report: Report): JsonObject {
  const { size, service } = facts;
  const [cpus, bytes] = [size.cpus ?? size.reservedCpus, size.memoryInBytes ?? size.reservedBytes];
  if (!cpus && !bytes) return {};
  const wanted = Math.max(cpus ?? 0, (bytes ?? 0) / BYTES_IN_GI / 2, STEP);
  const steps = Math.ceil(wanted / STEP - 1e-9) * STEP;
  const cpu = Math.min(steps, MOST_CPU);
  const said = [cpus && `${cpus} cpu`, bytes && `${Math.round((bytes / BYTES_IN_GI) * 1000) / 1000} Gi`].filter(
    Boolean,
  );
  const place = service.keys.members.get('deploy')?.place ?? service.place;
  if (steps > MOST_CPU)
    report.left(
      place,
      `services.${service.name}.deploy.resources`,
      `a replica has at most ${MOST_CPU} cpu and ${MOST_CPU * 2} Gi, found ${said.join(' and ')}`,
      path,
    );
  else report.comment([...path, 'cpu'], `${said.join(' and ')} in the Compose file; memory is twice the cpu`);
  return { cpu, memory: `${cpu * 2}Gi` };
}

/** Replicas, as many as are said: Compose runs exactly so many. */
export function replicasOf({ replicas, key }: ServiceFacts, report: Report): JsonObject {
  if (!replicas) return {};
  const { count, place, path } = replicas;
  if (count === 0) {
    report.left(place, path, '0: nothing of it runs, until min_replicas says otherwise', [
      'services',
      key,
      'min_replicas',
    ]);
    return { min_replicas: 0, max_replicas: 1 };
  }
  const most = Math.min(count, 1000);
  if (most < count)
    report.left(place, path, `there may be 1000 replicas, found ${count}`, ['services', key, 'max_replicas']);
  return { min_replicas: most, max_replicas: most };
}
