import { STEPS } from '../domain/steps.ts';
import { inheritMemory } from '../engine/memory.ts';
import type { RunStore } from '../state/ports.ts';

/** A run goes on with what an earlier run left in progress on Azure: it polls those operations instead of repeating them. */
export async function adoptOperations(runs: RunStore, from: string, to: string): Promise<void> {
  for (const { name } of STEPS) await inheritMemory(runs, { from, to }, name);
}
