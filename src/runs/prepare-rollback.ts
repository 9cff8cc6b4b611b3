import type { DeploymentConfig } from '../domain/config/model.ts';
import { contentDigest, writtenWithReleaseOf } from '../domain/config/provenance.ts';
import { unknownReferences } from '../domain/config/rules/references.ts';
import { variablesOf } from '../domain/config/service/service-containers.ts';
import { userKey } from '../domain/config/user-key.ts';
import { imageUsers, jobsOf } from '../domain/config/workloads.ts';
import { recordedFamily } from '../domain/outputs.ts';
import { withKeptSections } from '../domain/sections/kept-sections.ts';
import { unmetNeeds } from '../domain/sections/needs.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { usedSecrets } from '../resources/app/workload.ts';
import { UserError } from '../shared/errors.ts';
import { hashJson } from '../shared/json.ts';
import type { EnvironmentStores, HistoryEntry } from '../state/ports.ts';

/** Kept runs that an error names. */
const NAMED_RUNS = 10;

export interface PreparedRollback {
  /** The run to go back to. */
  readonly to: HistoryEntry;
  /** What is deployed now, with the application services and the jobs of then; stored under its digest. */
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
  const present = (await state.read()).value;
  if (present.closed) throw nothing(`Everything was deleted at ${present.closed.at}.`);
  const to = run === undefined ? await previousRelease(runs, kept) : kept.find(({ runId }) => runId === run);
  if (!to) {
    if (run === undefined) throw nothing('All kept runs have the same release.');
    throw new UserError(`There is no kept successful run ${run}.`, {
      code: 'run_unknown',
      hint: `Kept are: ${keptRuns(kept)}`,
    });
  }
  const [now, then] = [await runs.config(last.configDigest), await runs.config(to.configDigest)];
  const config = withReleaseOf(now, then);
  refuseMissing(config, present, to);
  return { to, config, configDigest: await runs.putConfig(config) };
}

function withReleaseOf({ jobs: _, ...now }: DeploymentConfig, then: DeploymentConfig): DeploymentConfig {
  const services = { ...now.services, application: then.services.application };
  return { ...now, services, ...(then.jobs && { jobs: then.jobs }), ...writtenWithReleaseOf(now, then) };
}

async function previousRelease(
  runs: EnvironmentStores['runs'],
  [last, ...earlier]: readonly HistoryEntry[],
): Promise<HistoryEntry | undefined> {
  for (const entry of earlier) {
    if (last && !(await isSameRelease(runs, entry, last))) return entry;
  }
  return undefined;
}

async function isSameRelease(
  runs: EnvironmentStores['runs'],
  one: HistoryEntry,
  other: HistoryEntry,
): Promise<boolean> {
  if (hashJson(one.images) !== hashJson(other.images)) return false;
  if (one.configDigest === other.configDigest) return true;
  // Stored by different versions, the same configuration has different digests.
  const [config, otherConfig] = [await runs.config(one.configDigest), await runs.config(other.configDigest)];
  return contentDigest(config) === contentDigest(otherConfig);
}

function refuseMissing(config: DeploymentConfig, state: EnvironmentState, to: HistoryEntry): void {
  const { services } = config;
  const secrets = recordedFamily(state, 'secret');
  const known = new Set([...services.application, ...services.infrastructure].map(({ key }) => key));
  const lacking = unmetNeeds(withKeptSections(config, state)).map(({ section }) => `a ${userKey(section)}`);
  const ofWorkloads = [...services.application, ...jobsOf(config)].flatMap((workload) => [
    ...usedSecrets(workload).flatMap((name) => (name in secrets ? [] : [`the secret ${name}`])),
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

function nothing(reason: string): UserError {
  return new UserError(`There is nothing to go back to. ${reason}`, { code: 'nothing_to_roll_back' });
}

function keptRuns(kept: readonly HistoryEntry[]): string {
  const named = kept.slice(0, NAMED_RUNS).map(({ runId, at }) => `${runId} (${at})`);
  const rest = kept.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}
