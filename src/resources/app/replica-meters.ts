import type { Assumptions } from '../../domain/cost/assumptions.ts';
import { type Decimal, decimal, minus, sum, ZERO } from '../../domain/cost/decimal.ts';
import type { Grant, Meter, MeterUse } from '../../domain/cost/meter.ts';
import { product, secondsOf, use } from '../../domain/cost/quantity.ts';
import { isJsonObject, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';

const SERVICE = 'Azure Container Apps';

/** A meter of the plan by consumption. */
export function consumptionMeter(name: string, unit: string): Meter {
  return { service: SERVICE, product: SERVICE, sku: 'Standard', name: `Standard ${name}`, unit };
}

/** A meter of dedicated workload profiles. */
export function dedicatedMeter(name: string): Meter {
  return { service: SERVICE, product: SERVICE, sku: 'Dedicated', name: `Dedicated ${name}`, unit: '1 Hour' };
}

const VCPU_ACTIVE = consumptionMeter('vCPU Active Usage', '1 Second');
const VCPU_IDLE = consumptionMeter('vCPU Idle Usage', '1 Second');
const MEMORY_ACTIVE = consumptionMeter('Memory Active Usage', '1 GiB Second');
const MEMORY_IDLE = consumptionMeter('Memory Idle Usage', '1 GiB Second');

/** Free in each month: https://learn.microsoft.com/azure/container-apps/billing#consumption-plan */
const FREE_VCPU: Grant = { amount: decimal(180_000), per: 'subscription', pool: 'vCPU seconds of Container Apps' };
const FREE_MEMORY: Grant = { amount: decimal(360_000), per: 'subscription', pool: 'GiB seconds of Container Apps' };

/** What of one replica is charged for: the sum of its containers. */
interface ReplicaSize {
  readonly cpu: Decimal;
  /** GiB */
  readonly memory: Decimal;
}

/**
 * Replicas that are always there are idle while they do nothing, which only the plan by consumption knows, and only of those:
 * https://learn.microsoft.com/azure/container-apps/billing#resource-consumption-charges. Without any the hours of work are one replica's.
 */
export function replicaUses(body: JsonObject, { hours, activeHours }: Assumptions): readonly MeterUse[] {
  const { cpu, memory } = sizeOf(body);
  const scale = jsonAt(body, 'properties.template.scale') ?? {};
  const least = numberAt(scale, 'minReplicas', 0);
  const most = numberAt(scale, 'maxReplicas', DEFAULT_MOST);
  const month = secondsOf(hours);
  const active = secondsOf(Math.min(activeHours, hours));
  const idle = product(least, minus(month, active));
  const working = product(Math.max(least, Math.min(most, 1)), active);
  const atMost = product(most, month);
  const pair = (kind: MeterUse['kind'], what: string, time: Decimal, limit: Decimal, [vcpu, gib]: [Meter, Meter]) => [
    use(kind, `vCPU, ${what}`, vcpu, product(cpu, time), { most: product(cpu, limit), grant: FREE_VCPU }),
    use(kind, `memory, ${what}`, gib, product(memory, time), { most: product(memory, limit), grant: FREE_MEMORY }),
  ];
  return [
    ...pair('use', 'active', working, atMost, [VCPU_ACTIVE, MEMORY_ACTIVE]),
    ...(least > 0 ? pair('fixed', 'idle', idle, ZERO, [VCPU_IDLE, MEMORY_IDLE]) : []),
  ];
}

/** Executions are charged as replicas that work: https://learn.microsoft.com/azure/container-apps/billing#jobs */
export function executionUses(body: JsonObject, { jobHours }: Assumptions): readonly MeterUse[] {
  const { cpu, memory } = sizeOf(body);
  const time = secondsOf(jobHours);
  return [
    use('use', 'vCPU of executions', VCPU_ACTIVE, product(cpu, time), { grant: FREE_VCPU }),
    use('use', 'memory of executions', MEMORY_ACTIVE, product(memory, time), { grant: FREE_MEMORY }),
  ];
}

/** Whether it runs by consumption; what runs on a dedicated profile is paid for with the environment's nodes. */
export function isByConsumption(body: JsonObject): boolean {
  return scalarText(jsonAt(body, 'properties.workloadProfileName'), CONSUMPTION) === CONSUMPTION;
}

const CONSUMPTION = 'Consumption';
/** https://learn.microsoft.com/azure/container-apps/scale-app#scale-definition */
const DEFAULT_MOST = 10;

function sizeOf(body: JsonObject): ReplicaSize {
  const containers = jsonAt(body, 'properties.template.containers');
  const sizes = (Array.isArray(containers) ? containers : []).filter(isJsonObject);
  return {
    cpu: sum(sizes.map((one) => amount(jsonAt(one, 'resources.cpu')))),
    memory: sum(sizes.map((one) => amount(jsonAt(one, 'resources.memory')))),
  };
}

/** `0.5`, `1Gi`: https://learn.microsoft.com/azure/container-apps/containers#allocations */
function amount(value: unknown): Decimal {
  const [, number] = /^(\d+(?:\.\d+)?)(?:Gi)?$/.exec(scalarText(value)) ?? [];
  return number === undefined ? ZERO : decimal(number);
}

export function numberAt(value: Parameters<typeof jsonAt>[0], path: string, fallback: number): number {
  const found = Number(scalarText(jsonAt(value, path), String(fallback)));
  return Number.isFinite(found) ? found : fallback;
}
