import { STEPS } from '../domain/steps.ts';
import { isJsonObject } from '../shared/json.ts';
import type { RunStore } from '../state/ports.ts';

/** Keys under which steps remember what Azure is still doing, or what must not be started twice. */
const HANDED_ON = /^(operation|intent|build|execution|migrated):/;

/** A run goes on with what an earlier run left in progress on Azure: it polls those operations instead of repeating them. */
export async function adoptOperations(runs: RunStore, from: string, to: string): Promise<void> {
  for (const { name } of STEPS) {
    const own = await runs.memory(to, name);
    if (Object.keys(own).length > 0) continue;
    const inherited = Object.entries(await runs.memory(from, name)).filter(([key]) => HANDED_ON.test(key));
    const open = inherited.filter(([, value]) => !isJsonObject(value) || value.done !== true);
    if (open.length > 0) await runs.writeMemory(to, name, Object.fromEntries(open));
  }
}
