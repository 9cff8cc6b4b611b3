import type { DeploymentConfig } from '../domain/config/model.ts';
import { unknownReferences } from '../domain/config/rules/references.ts';
import { variablesOf } from '../domain/config/service/service-containers.ts';
import { userKey } from '../domain/config/user-key.ts';
import { imageUsers, jobsOf, workloads } from '../domain/config/workloads.ts';
import { recordedFamily, stepLeaving } from '../domain/outputs.ts';
import { isSameRelease, leftAlone, nothingToRollBack, withReleaseOf } from '../domain/rollback/release.ts';
import type { RunRequest } from '../domain/run.ts';
import { isRepair } from '../domain/runs/run-options.ts';
import { stepsLost, stepsSince } from '../domain/runs/steps-since.ts';
import { withKeptSections } from '../domain/sections/kept-sections.ts';
import { unmetNeeds } from '../domain/sections/needs.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { STEPS } from '../domain/steps.ts';
import { usedSecrets } from '../resources/app/workload.ts';
import { UserError } from '../shared/errors.ts';
import { hashJson } from '../shared/json.ts';
import type { EnvironmentStores, HistoryEntry } from '../state/ports.ts';
import { runsBack } from '../state/runs-back.ts';

/** What makes a release: the images, and the steps that bring them back. */
const RELEASING = [stepLeaving('image'), ...STEPS.flatMap(({ name, inRollback }) => (inRollback ? [name] : []))];
/** Kept runs that an error names. */
const NAMED_RUNS = 10;
/** The last and the one before it, which is another release most of the time. */
const LOOKED_AT_FIRST = 2;

export interface PreparedRollback {
  /** The run to go back to. */
  readonly to: HistoryEntry;
  /** Keys of the file whose values were others then, and that stay as they are. */
  readonly leftAlone: readonly string[];
  /** What is deployed now, with the services and the jobs of then; stored under its digest. */
  readonly config: DeploymentConfig;
  readonly configDigest: string;
}

/**
 * What a request to roll back is about: the named kept run, or the newest one whose release is another than what is deployed now.
 * The run's options then have `rollbackTo`, and its source is null.
 *
 * @throws UserError `run_unknown`, `nothing_to_roll_back`, `rollback_impossible`
 */
export async function prepareRollback(stores: EnvironmentStores, run?: string): Promise<PreparedRollback> {
  const { state, runs } = stores;
  const [last] = await state.history({ limit: 1 });
  if (!last) throw nothingToRollBack('No successful run is kept.');
  const present = (await state.read()).value;
  if (present.closed) throw nothingToRollBack(`Everything was deleted at ${present.closed.at}.`);
  requireSteps(present, last);
  const unfinished = await unfinishedRelease(runs, present, last);
  const to = run === undefined ? await previousRelease(stores, last, unfinished) : await state.kept(run);
  if (!to) {
    if (run === undefined) throw nothingToRollBack('All kept runs have the same release.');
    throw new UserError(`There is no kept successful run ${run}.`, {
      code: 'run_unknown',
      hint: `Kept are: ${await keptRuns(state)}`,
    });
  }
  if (!unfinished && (await isSameEntry(runs, to, last)))
    throw nothingToRollBack(
      `What is deployed is the release of run ${to.runId}; what was changed by hand, drift --fix repairs.`,
    );
  const [now, then] = [await runs.config(last.configDigest), await runs.config(to.configDigest)];
  const config = withReleaseOf(now, then);
  refuseMissing(config, now, present, to);
  return { to, leftAlone: leftAlone(config, then), config, configDigest: await runs.putConfig(config) };
}

/**
 * The run that has begun its part in a release and did not succeed, killed or failed: then what is deployed is no kept run's release.
 * A repair brings back the release that is there.
 */
async function unfinishedRelease(
  runs: EnvironmentStores['runs'],
  present: EnvironmentState,
  last: HistoryEntry,
): Promise<RunRequest | undefined> {
  const begun = stepsSince(present.steps, last.state.steps).filter(({ step }) => RELEASING.includes(step));
  for (const runId of new Set(begun.flatMap(({ by }) => (by === undefined ? [] : [by])))) {
    const summary = await runs.summary(runId);
    if (!summary || summary.status === 'succeeded') continue;
    const request = await runs.request(runId);
    if (request && !isRepair(request.options)) return request;
  }
  return undefined;
}

/** Of a rollback that failed its own aim once more; of a deployment that failed the newest release that is kept. */
async function previousRelease(
  { state, runs }: EnvironmentStores,
  last: HistoryEntry,
  unfinished: RunRequest | undefined,
): Promise<HistoryEntry | undefined> {
  if (unfinished) {
    const { rollbackTo } = unfinished.options;
    return (rollbackTo && (await state.kept(rollbackTo))) || last;
  }
  const history = runsBack((page) => state.history(page), LOOKED_AT_FIRST);
  for await (const entry of history) if (!(await isSameEntry(runs, entry, last))) return entry;
  return undefined;
}

async function isSameEntry(runs: EnvironmentStores['runs'], one: HistoryEntry, other: HistoryEntry): Promise<boolean> {
  if (hashJson(one.images) !== hashJson(other.images)) return false;
  if (one.configDigest === other.configDigest) return true;
  return isSameRelease(await runs.config(one.configDigest), await runs.config(other.configDigest));
}

/** A rollback goes on from what the steps have left that it does not run. */
function requireSteps({ steps }: EnvironmentState, last: HistoryEntry): void {
  const lost = stepsLost(steps, last.state.steps);
  if (lost.length === 0) return;
  throw new UserError(`The state does not have what ${lost.join(', ')} left: the storage has lost it.`, {
    code: 'rollback_impossible',
    hint: 'Deploy once more what was deployed last: that takes up what is there. Then roll back.',
  });
}

function refuseMissing(
  config: DeploymentConfig,
  now: DeploymentConfig,
  state: EnvironmentState,
  to: HistoryEntry,
): void {
  const { services } = config;
  // What is read now is there, whether or not an earlier version wrote it down.
  const readNow = workloads(now).flatMap(({ workload }) => usedSecrets(workload));
  const secrets = new Set([...Object.keys(recordedFamily(state, 'secret')), ...readNow]);
  const known = new Set([...services.application, ...services.infrastructure].map(({ key }) => key));
  const lacking = unmetNeeds(withKeptSections(config, state)).map(({ section }) => `a ${userKey(section)}`);
  const all = [...services.application, ...services.infrastructure, ...jobsOf(config)];
  const ofWorkloads = all.flatMap((workload) => [
    ...usedSecrets(workload).flatMap((name) => (secrets.has(name) ? [] : [`the secret ${name}`])),
    ...variablesOf(workload).flatMap(({ value }) =>
      value.kind === 'service' && !known.has(value.key) ? [`the service ${value.key}`] : [],
    ),
    ...unknownReferences(config, [workload]).map((name) => `what was called ${name}`),
  ]);
  const ofImages = imageUsers(config).flatMap(({ key, name }) =>
    to.images[key] === undefined ? [`the image of ${name}`] : [],
  );
  const missing = [...ofWorkloads, ...ofImages, ...lacking];
  if (missing.length === 0) return;
  throw new UserError(
    `The release of ${to.runId} needs what is not there any more: ${[...new Set(missing)].join(', ')}.`,
    {
      code: 'rollback_impossible',
      hint: 'Deploy a configuration and sources of that time instead.',
    },
  );
}

async function keptRuns(state: EnvironmentStores['state']): Promise<string> {
  // One more than are named tells whether there are others.
  const kept = await state.history({ limit: NAMED_RUNS + 1 });
  const named = kept.slice(0, NAMED_RUNS).map(({ runId, at }) => `${runId} (${at})`);
  return [...named, ...(kept.length > NAMED_RUNS ? ['and earlier ones'] : [])].join(', ');
}
