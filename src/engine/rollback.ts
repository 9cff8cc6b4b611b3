import type { EnvironmentState, StepState } from '../domain/state.ts';
import { UserError } from '../shared/errors.ts';
import type { EnvironmentStores, HistoryEntry } from '../state/ports.ts';

/** The kept run that a run goes back to; undefined when it is no rollback. */
export async function rollbackOf(
  { state }: EnvironmentStores,
  { rollbackTo }: { readonly rollbackTo?: string | null | undefined },
): Promise<HistoryEntry | undefined> {
  if (!rollbackTo) return undefined;
  const found = (await state.history()).find(({ runId }) => runId === rollbackTo);
  if (found) return found;
  throw new UserError(`The run ${rollbackTo} is not kept any more.`, { code: 'run_unknown' });
}

/** The state with the images of then, as if they had just been built. */
export function withImagesOf(state: EnvironmentState, entry: HistoryEntry | undefined): EnvironmentState {
  const built = state.steps.build_and_push_images;
  if (!entry || !built) return state;
  return { ...state, steps: { ...state.steps, build_and_push_images: imagesRecord(built, entry) } };
}

/** What step 9 left then: the next deployment sees that other sources are deployed now, and builds nothing twice. */
export function imagesRecord(now: StepState, { images, state }: HistoryEntry): StepState {
  const then = state.steps.build_and_push_images ?? { ...now, dependency_hash: null };
  const outputs = Object.fromEntries(Object.entries(images).map(([key, image]) => [`image.${key}`, image]));
  return { ...then, outputs: { ...then.outputs, ...outputs } };
}
