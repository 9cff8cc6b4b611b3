import type { World } from '../world.ts';

/** https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits#log-queries-and-language */
const MOST_QUERIES = 200;
const WINDOW_SECONDS = 30;

/** When each caller asked; kept in memory only. */
const asked = new WeakMap<World, Map<string, number[]>>();

/** Whether a caller has asked too often; counts this time, too. Where nothing takes time there is no rate. */
export function isOverRate(world: World, principal: string): boolean {
  const callers = asked.get(world) ?? new Map<string, number[]>();
  asked.set(world, callers);
  const since = world.now() - world.duration(WINDOW_SECONDS);
  const recent = [...(callers.get(principal) ?? []).filter((at) => at > since), world.now()];
  callers.set(principal, recent);
  return recent.filter((at) => at > since).length > MOST_QUERIES;
}
