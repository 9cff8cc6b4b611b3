import type { ServiceConfig } from '../domain/config/model.ts';
import { settleAll } from '../engine/settle.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';

/**
 * Writes all services at once, but each after the end of the writes of those that it depends on: one that is replaced serves from
 * then on. What waits for another one is left out until a later call.
 *
 * @returns in the order of the services; undefined for one whose turn it is not yet
 * @throws what a write throws; what depends on that service is not written then
 */
export async function inOrder<Result>(
  services: readonly ServiceConfig[],
  write: (service: ServiceConfig) => Promise<Result | Waiting>,
): Promise<readonly (Result | Waiting | undefined)[]> {
  const byKey = new Map(services.map((service) => [service.key, service]));
  const begun = new Map<string, Promise<Result | Waiting | undefined>>();
  const begin = (service: ServiceConfig): Promise<Result | Waiting | undefined> => {
    const known = begun.get(service.key);
    if (known) return known;
    const result = writeAfter(service);
    begun.set(service.key, result);
    return result;
  };
  const writeAfter = async (service: ServiceConfig): Promise<Result | Waiting | undefined> => {
    const before = (service.dependsOn ?? []).flatMap((key) => byKey.get(key) ?? []);
    const ended = await settleAll(before.map(begin));
    return ended.some((one) => one === undefined || isWaiting(one)) ? undefined : await write(service);
  };
  return await settleAll(services.map(begin));
}
