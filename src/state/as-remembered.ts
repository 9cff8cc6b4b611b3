import type { EnvironmentState } from '../domain/state.ts';
import type { StateStore, Versioned } from './ports.ts';
import { StateConflict } from './update-state.ts';

/** What is judged by a state document, and then done in it. */
interface Work<Prepared, Result> {
  /** Refuses, or not; changes nothing. */
  prepare(known: Versioned<EnvironmentState>): Promise<Prepared>;
  /**
   * @param known absent: it looks for itself
   * @throws StateConflict: what is there is not the known document, and nothing was done
   */
  carryOut(prepared: Prepared, known?: Versioned<EnvironmentState>): Promise<Result>;
}

/**
 * Does work by the document as this process remembers it, where that says enough, which costs no request: that it still is the one is
 * shown by the condition of the write. Where it is not, and before anything is refused, the storage is asked.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/concurrency-manage#optimistic-concurrency
 */
export async function asRemembered<Prepared, Result>(
  store: Pick<StateStore, 'read' | 'remembered'>,
  isEnough: (state: EnvironmentState) => boolean,
  { prepare, carryOut }: Work<Prepared, Result>,
): Promise<Result> {
  const remembered = store.remembered();
  if (remembered && isEnough(remembered.value)) {
    const prepared = await prepare(remembered).catch(async (error: unknown) => {
      if ((await store.read()).etag === remembered.etag) throw error;
      return undefined;
    });
    const done = prepared && (await unlessOther(carryOut(prepared, remembered)));
    if (done) return done.result;
  }
  const known = await store.read();
  const done = await unlessOther(carryOut(await prepare(known), known));
  // Others are quick: it is done as it is where nothing is known.
  return done ? done.result : await carryOut(await prepare(await store.read()));
}

async function unlessOther<Result>(work: Promise<Result>): Promise<{ readonly result: Result } | undefined> {
  try {
    return { result: await work };
  } catch (error) {
    if (error instanceof StateConflict) return undefined;
    throw error;
  }
}
