import type { Json } from '../shared/json.ts';
import type { MemoryScope, RunStore } from '../state/ports.ts';
import type { StepMemory } from './step.ts';

/** The durable memory of one step in one run. Writes of one call happen one after the other. */
export async function openMemory(runs: RunStore, runId: string, scope: MemoryScope): Promise<StepMemory> {
  const record = new Map(Object.entries(await runs.memory(runId, scope)));
  let writing: Promise<void> = Promise.resolve();

  let queued: Promise<void> | undefined;

  /**
   * A failed write rejects for its own callers and does not stop the next one, which carries everything again. What is set
   * while one is under way, or at the same moment, shares the next.
   */
  function write(): Promise<void> {
    queued ??= writing
      .catch(() => undefined)
      .then(() => {
        queued = undefined;
        return runs.writeMemory(runId, scope, Object.fromEntries(record));
      });
    writing = queued;
    return queued;
  }

  return {
    get: <T extends Json>(key: string) => record.get(key) as T | undefined,
    set(key, value) {
      record.set(key, value);
      return write();
    },
    async delete(key) {
      if (record.delete(key)) await write();
    },
  };
}
