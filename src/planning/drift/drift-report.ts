import type { DriftReportView } from '../../domain/api/views.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import type { Drift } from '../../domain/drift.ts';
import { typeOf } from '../../domain/ids.ts';
import { type LeftBehindResource, leftBehind, leftBehindView } from '../../domain/left-behind.ts';
import { recordedOutput } from '../../domain/outputs.ts';
import { withKeptSections } from '../../domain/sections/kept-sections.ts';
import type { Services } from '../../engine/services.ts';
import type { Step } from '../../engine/step.ts';
import { portalPageOf } from '../../resources/registry.ts';
import { UserError } from '../../shared/errors.ts';
import { lookAtSecrets, secretWarnings } from '../look-at-secrets.ts';
import { type DriftSources, findDrift, ownedResources } from './find-drift.ts';
import { type SinceKept, sinceKept } from './since-kept.ts';

export interface DriftReport {
  /** The last successful run that left anything to keep: what it deployed is what should be there. */
  readonly runId: string;
  readonly config: DeploymentConfig;
  /** Where the sources of that run were. */
  readonly source: string | null;
  /** How many resources were looked at. */
  readonly resources: number;
  readonly drift: readonly Drift[];
  /** What is wrong with secrets in the vault, and what could not be looked at; one sentence each. */
  readonly notes: readonly string[];
  /** What was deployed and has no place in the configuration any more. */
  readonly leftBehind: readonly LeftBehindResource[];
  readonly since: SinceKept;
}

/**
 * What is no longer as the last successful run left it. Takes no lock and writes nothing.
 * @throws UserError `nothing_deployed`
 */
export async function reportDrift(
  services: Services,
  steps: readonly Step[],
  environment: string,
): Promise<DriftReport> {
  const { state: store, runs } = services.stores(environment);
  const [last] = await store.history({ limit: 1 });
  const { value: now } = await store.read();
  if (!last || now.closed) {
    const isBegun = Object.keys(now.resources).length > 0;
    const what = now.closed ? 'is deployed' : isBegun ? 'was deployed to its end' : 'was deployed';
    throw new UserError(`Nothing ${what} to ${environment}${now.closed ? '' : ' yet'}.`, {
      code: 'nothing_deployed',
      hint: `Deploy first${isBegun ? ', what differs stands in the plan' : ''}; drift is what changed since.`,
    });
  }
  const config = await runs.config(last.configDigest);
  const since = await sinceKept(runs, now, last);
  // What a repair has made anew has other outputs.
  const state = since.repair && since.unsettledBy === undefined ? now : last.state;
  const deployed = withKeptSections(config, state);
  const sources = { azure: await services.azure(config), environment, config: deployed, state };
  const secrets = await lookAtSecrets({ ...sources, now: services.clock.now() });
  return {
    runId: last.runId,
    config,
    source: (await runs.request(last.runId))?.source ?? null,
    resources: ownedResources(sources, steps).length,
    drift: [...(await findDrift(sources, steps)), ...secrets.drift].map((one) => withPlace(one, sources)),
    notes: [
      // What is worse is drift.
      ...secretWarnings({ troubles: secrets.troubles.filter(({ isFatal }) => !isFatal) }),
      ...secrets.unseen.map((one) => `Not looked at: ${one}`),
    ],
    leftBehind: leftBehind(now),
    since,
  };
}

/** Of what is left as it is, where it can be looked at and changed. */
function withPlace(drift: Drift, { azure, state }: Pick<DriftSources, 'azure' | 'state'>): Drift {
  if (drift.repaired || drift.place !== undefined) return drift;
  const page = portalPageOf(drift.id, typeOf(drift.id));
  const tenant = recordedOutput(state, 'tenantId') ?? '';
  return { ...drift, place: `${azure.cloud.portal}/#@${tenant}/resource${page}` };
}

/** What the drift route and the command line tell of a report. */
export function driftView({ runId, resources, drift, notes, leftBehind: left, since }: DriftReport): DriftReportView {
  const { repair, unsettledBy } = since;
  return {
    ...{ runId, resources, drift: [...drift], leftBehind: left.map(leftBehindView), notes: [...notes] },
    ...(repair && unsettledBy === undefined && { unfinishedRepair: repair.runId }),
  };
}
