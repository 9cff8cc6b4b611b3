import { setImmediate as turn } from 'node:timers/promises';
import type { EnvironmentStores } from '../../../src/state/ports.ts';

/** So many turns of the event loop without anything new: nobody has more to ask. */
const QUIET_TURNS = 5;

/** How often something waits for stores: calls that are made before the answer to another came share a round trip with it. */
export async function roundTrips<Result>(
  stores: EnvironmentStores,
  work: (stores: EnvironmentStores) => Promise<Result>,
): Promise<{ readonly result: Result; readonly trips: readonly (readonly string[])[] }> {
  const asked: { readonly name: string; readonly answer: () => void }[] = [];
  let running = 0;
  const slowly = <Store extends object>(store: Store): Store =>
    new Proxy(store, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function' || name === 'now') return member;
        return async (...given: unknown[]) => {
          await new Promise<void>((answer) => asked.push({ name: String(name), answer }));
          running += 1;
          try {
            return await member.apply(target, given);
          } finally {
            running -= 1;
          }
        };
      },
    });
  let isOver = false;
  const working = work({ state: slowly(stores.state), runs: slowly(stores.runs) }).finally(() => {
    isOver = true;
  });
  const trips: (readonly string[])[] = [];
  for (let quiet = 0; !isOver; quiet += 1) {
    await turn();
    if (running > 0) quiet = 0;
    if (quiet < QUIET_TURNS || asked.length === 0) continue;
    const together = asked.splice(0);
    trips.push(together.map(({ name }) => name).sort());
    for (const { answer } of together) answer();
    quiet = 0;
  }
  return { result: await working, trips };
}
