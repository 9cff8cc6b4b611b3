import type { DeploymentConfig } from '../domain/config/model.ts';
import { outputReference, stepLeaving } from '../domain/outputs.ts';
import { leftAlone } from '../domain/rollback/release.ts';
import type { EnvironmentState, StepState } from '../domain/state.ts';
import { UserError } from '../shared/errors.ts';
import type { EnvironmentStores, HistoryEntry } from '../state/ports.ts';
import type { StepContext } from './step.ts';

/** Whose record says which images are deployed. */
const BUILDER = stepLeaving('image');

/** Where a run goes back to. */
export interface RollbackTarget extends HistoryEntry {
  /** Keys of the file whose values were others then, and that stay as they are. */
  readonly leftAlone: readonly string[];
}

/** The kept run that a run goes back to; undefined when it is no rollback. */
export async function rollbackOf(
  { state, runs }: EnvironmentStores,
  { rollbackTo }: { readonly rollbackTo?: string | null | undefined },
  config: DeploymentConfig,
): Promise<RollbackTarget | undefined> {
  if (!rollbackTo) return undefined;
  const found = await state.kept(rollbackTo);
  if (found) return { ...found, leftAlone: leftAlone(config, await runs.config(found.configDigest)) };
  throw new UserError(`The run ${rollbackTo} is not kept any more.`, { code: 'run_unknown' });
}

/** The state with the images of then, as if they had just been built. */
export function withImagesOf(state: EnvironmentState, entry: HistoryEntry | undefined): EnvironmentState {
  const built = state.steps[BUILDER];
  if (!entry || !built) return state;
  return { ...state, steps: { ...state.steps, [BUILDER]: imagesRecord(built, entry) } };
}

/** Records those images as the built ones. */
export async function restoreImages(entry: HistoryEntry, amendStep: StepContext['amendStep']): Promise<void> {
  await amendStep(BUILDER, (built) => imagesRecord(built, entry));
}

/** What the step that builds left then: the next deployment sees that other sources are deployed now, and builds nothing twice. */
function imagesRecord(now: StepState, { images, state }: HistoryEntry): StepState {
  const then = state.steps[BUILDER] ?? { ...now, dependency_hash: null };
  const outputs = Object.fromEntries(
    Object.entries(images).map(([key, image]) => [outputReference(['image', key]).output, image]),
  );
  return { ...then, outputs: { ...then.outputs, ...outputs } };
}
