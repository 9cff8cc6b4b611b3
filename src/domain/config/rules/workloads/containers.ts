import type { DeploymentConfig } from '../../model.ts';
import {
  containersOf,
  memoryInGi,
  PROBE_TYPES,
  type ProbeConfig,
  type ProbeType,
  type ServiceProbes,
  sizeOf,
} from '../../service/service-containers.ts';
import { type Workload, workloads } from '../../workloads.ts';
import { all, problem, type RuleProblem } from '../rule.ts';

/** A label of RFC 1123, as Kubernetes wants names of containers. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LISTS = ['sidecars', 'init'] as const;

export function containerNames(config: DeploymentConfig): readonly RuleProblem[] {
  return workloads(config).flatMap(({ place, workload }) => {
    const seen = new Map([[workload.name, `the container of the ${place[0].slice(0, -1)} itself`]]);
    return LISTS.flatMap((list) =>
      (workload[list] ?? []).flatMap(({ name }, index) => {
        const path = [...place, list, String(index), 'name'];
        const other = seen.get(name);
        seen.set(name, `${list}.${index}`);
        if (other !== undefined) return [problem(path, `${JSON.stringify(name)} is also the name of ${other}`)];
        const allowed = 'allowed: 1 to 63 lower-case letters, digits and hyphens';
        return NAME.test(name) ? [] : [problem(path, `found ${JSON.stringify(name)}; ${allowed}`)];
      }),
    );
  });
}

/**
 * All containers of a replica together have 0.25 to 4 cpu in steps of 0.25 and twice as many Gi of memory
 * (https://learn.microsoft.com/azure/container-apps/containers#allocations), and no init container has more than they
 * (https://github.com/microsoft/azure-container-apps/issues/1189).
 */
export function containerSizes(config: DeploymentConfig): readonly RuleProblem[] {
  return workloads(config).flatMap((one) => {
    const unreadable = unreadableMemory(one);
    if (unreadable.length > 0) return unreadable;
    const { place, workload } = one;
    const { sidecars = [], init = [] } = workload;
    const { cpu, memoryInGi: memory } = sizeOf(workload);
    const wrong = sidecars.length > 0 ? wrongSum(place, cpu, memory) : wrongPair(one);
    const larger = init.flatMap((before, index) => {
      if (before.cpu <= cpu && memoryInGi(before.memory) <= memory) return [];
      const path = [...place, 'init', String(index), before.cpu > cpu ? 'cpu' : 'memory'];
      return [problem(path, `is more than all other containers of ${place[1]} have: ${cpu} cpu and ${memory}Gi`)];
    });
    return [...wrong, ...larger];
  });
}

function unreadableMemory({ place, workload }: Workload): readonly RuleProblem[] {
  return containersOf(workload).flatMap(({ path, container: { memory } }) =>
    Number.isNaN(memoryInGi(memory))
      ? [problem([...place, ...path, 'memory'], `found ${JSON.stringify(memory)}; allowed: Gi, such as "1Gi"`)]
      : [],
  );
}

function wrongPair({ place, workload: { cpu, memory } }: Workload): readonly RuleProblem[] {
  if (!isStep(cpu)) return [problem([...place, 'cpu'], `found ${cpu}; allowed: 0.25 to 4 in steps of 0.25`)];
  if (memoryInGi(memory) === cpu * 2) return [];
  const message = `found ${JSON.stringify(memory)}; with ${cpu} cpu it must be "${cpu * 2}Gi"`;
  return [problem([...place, 'memory'], message)];
}

function wrongSum(place: Workload['place'], cpu: number, memory: number): readonly RuleProblem[] {
  if (isStep(cpu) && memory === cpu * 2) return [];
  const allowed = 'allowed: 0.25 to 4 cpu in steps of 0.25, and twice as many Gi';
  return [problem([...place, 'sidecars'], `and the service together have ${cpu} cpu and ${memory}Gi; ${allowed}`)];
}

function isStep(cpu: number): boolean {
  return Number.isInteger(cpu * 4) && cpu >= 0.25 && cpu <= 4;
}

/**
 * How often each may fail: https://github.com/microsoft/azure-container-apps/issues/1100 and
 * https://github.com/hashicorp/terraform-provider-azurerm/pull/31989.
 */
const MOST_FAILURES: Readonly<Record<ProbeType, number>> = { liveness: 30, readiness: 48, startup: 240 };

export function probeSettings(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ key, port, transport, healthPath, probes, sidecars = [] }) => {
    const usual: Usual = { hasPort: port !== undefined, isTcp: transport === 'tcp', hasPath: healthPath !== undefined };
    return [
      ...wrongProbes(['services', key], probes, usual),
      ...sidecars.flatMap((one, index) => wrongProbes(['services', key, 'sidecars', String(index)], one.probes, {})),
    ];
  });
}

/** What holds for a probe that says nothing else. */
interface Usual {
  readonly hasPort?: boolean;
  readonly isTcp?: boolean;
  readonly hasPath?: boolean;
}

function wrongProbes(
  place: readonly string[],
  probes: ServiceProbes | undefined,
  usual: Usual,
): readonly RuleProblem[] {
  if (!probes) return [];
  return PROBE_TYPES.flatMap((type) => {
    const probe = probes[type];
    if (!probe) return [];
    return wrongProbe(type, probe, usual).map(([name, text]) => problem([...place, 'probes', type, name], text));
  });
}

type Finding = readonly [key: string, message: string];

function wrongProbe(type: ProbeType, probe: ProbeConfig, { hasPort, isTcp, hasPath }: Usual): readonly Finding[] {
  const { kind, path, port, scheme, headers, failureThreshold = 1, successThreshold = 1 } = probe;
  const most = MOST_FAILURES[type];
  const found: Finding[] = [];
  if (!hasPort && port === undefined)
    found.push(['port', 'is missing; what has no port of its own says here what is asked']);
  if (path !== undefined && !/^\/\S*$/.test(path))
    found.push(['path', `found ${JSON.stringify(path)}; allowed: a path that begins with /`]);
  if (failureThreshold > most)
    found.push(['failure_threshold', `found ${failureThreshold}; at most ${most} is allowed`]);
  if (successThreshold > 1 && type !== 'readiness')
    found.push(['success_threshold', `found ${successThreshold}; of ${type} it is 1`]);
  const isHttp = kind === undefined ? !isTcp && (hasPath || path !== undefined) : kind === 'http';
  if (!isHttp) {
    for (const [name, value] of Object.entries({ path, scheme, headers }))
      if (value !== undefined)
        found.push([name, 'has no meaning for a check over tcp; with kind: http it is one over http']);
  }
  return found;
}
