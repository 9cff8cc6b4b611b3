import type { DeploymentConfig } from '../domain/config/model.ts';
import { outputReference, recordedFamily, stepLeaving } from '../domain/outputs.ts';
import type { EnvironmentState, StepState } from '../domain/state.ts';
import { usedSecrets } from '../resources/app/workload.ts';
import { UserError } from '../shared/errors.ts';
import { hashJson } from '../shared/json.ts';
import type { EnvironmentStores, HistoryEntry } from '../state/ports.ts';
import type { StepContext } from './step.ts';

/** Whose record says which images are deployed. */
const BUILDER = stepLeaving('image');
/** Kept runs that an error names. */
const NAMED_RUNS = 10;

export interface PreparedRollback {
  /** The run to go back to. */
  readonly to: HistoryEntry;
  /** What is deployed now, with the application services of then; stored under its digest. */
  readonly config: DeploymentConfig;
  readonly configDigest: string;
}

/**
 * What a request to roll back is about: the named kept run, or the newest one before the last whose release was another.
 * The run's options then have `rollbackTo`, and its source is null.
 *
 * @throws UserError `run_unknown`, `nothing_to_roll_back`, `rollback_impossible`; exit code 64 all
 */
export async function prepareRollback({ state, runs }: EnvironmentStores, run?: string): Promise<PreparedRollback> {
  const kept = await state.history();
  const [last] = kept;
  if (!last) throw nothing('No successful run is kept.');
  const to = run === undefined ? previousRelease(kept) : kept.find(({ runId }) => runId === run);
  if (!to) {
    if (run === undefined) throw nothing('All kept runs have the same release.');
    throw new UserError(`There is no kept successful run ${run}.`, {
      code: 'run_unknown',
      hint: `Kept are: ${keptRuns(kept)}`,
    });
  }
  const [now, then] = [await runs.config(last.configDigest), await runs.config(to.configDigest)];
  const { application } = then.services;
  const config = { ...now, services: { ...now.services, application } };
  refuseMissing(config, (await state.read()).value, to);
  return { to, config, configDigest: await runs.putConfig(config) };
}

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

function previousRelease([last, ...earlier]: readonly HistoryEntry[]): HistoryEntry | undefined {
  return earlier.find((entry) => releaseOf(entry) !== releaseOf(last));
}

function releaseOf(entry: HistoryEntry | undefined): string {
  return hashJson({ images: entry?.images ?? {}, config: entry?.configDigest ?? '' });
}

function refuseMissing({ services }: DeploymentConfig, state: EnvironmentState, to: HistoryEntry): void {
  const secrets = recordedFamily(state, 'secret');
  const known = new Set([...services.application, ...services.infrastructure].map(({ key }) => key));
  const missing = services.application.flatMap((service) => [
    ...usedSecrets(service).flatMap((name) => (name in secrets ? [] : [`the secret ${name}`])),
    ...Object.values(service.env).flatMap((value) =>
      value.kind === 'service' && !known.has(value.key) ? [`the service ${value.key}`] : [],
    ),
    ...(to.images[service.key] === undefined ? [`the image of ${service.name}`] : []),
  ]);
  if (missing.length === 0) return;
  throw new UserError(
    `The release of ${to.runId} needs what is not there any more: ${[...new Set(missing)].join(', ')}.`,
    {
      code: 'rollback_impossible',
      hint: 'Deploy a configuration and sources of that time instead.',
    },
  );
}

function nothing(reason: string): UserError {
  return new UserError(`There is nothing to go back to. ${reason}`, { code: 'nothing_to_roll_back' });
}

function keptRuns(kept: readonly HistoryEntry[]): string {
  const named = kept.slice(0, NAMED_RUNS).map(({ runId, at }) => `${runId} (${at})`);
  const rest = kept.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}
