import type { AzureError } from '../../azure/errors.ts';
import type { DriftReportView } from '../../domain/api/views.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import type { Drift } from '../../domain/drift.ts';
import { type LeftBehindResource, leftBehind, leftBehindView } from '../../domain/left-behind.ts';
import type { Services } from '../../engine/services.ts';
import type { Step } from '../../engine/step.ts';
import { UserError } from '../../shared/errors.ts';
import { lookAtSecrets, secretNotes } from '../look-at-secrets.ts';
import { portalLink } from '../portal-link.ts';
import { lastDeployed } from './deployed.ts';
import { type DriftSources, findDrift, ownedResources } from './find-drift.ts';
import type { SinceKept } from './since-kept.ts';

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
  /** Azure did not let the vault be looked at; absent: everything was looked at that can be. */
  readonly refusal?: AzureError;
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
  const stores = services.stores(environment);
  const { value: now } = await stores.state.read();
  const last = now.closed ? undefined : await lastDeployed(stores, now);
  if (!last) {
    const isBegun = Object.keys(now.resources).length > 0;
    const what = now.closed ? 'is deployed' : isBegun ? 'was deployed to its end' : 'was deployed';
    throw new UserError(`Nothing ${what} to ${environment}${now.closed ? '' : ' yet'}.`, {
      code: 'nothing_deployed',
      hint: `Deploy first${isBegun ? ', what differs stands in the plan' : ''}; drift is what changed since.`,
    });
  }
  const { runId, asked, since, ...deployed } = last;
  const sources = { azure: await services.azure(asked), environment, ...deployed };
  const secrets = await lookAtSecrets({ ...sources, now: services.clock.now() });
  const owned = ownedResources(sources, steps);
  return {
    runId,
    config: asked,
    source: (await stores.runs.request(runId))?.source ?? null,
    resources: owned.length,
    drift: [...(await findDrift(sources, owned)), ...secrets.drift].map((one) => withPlace(one, sources)),
    notes: [
      // What is worse is drift.
      ...secretNotes({ troubles: secrets.troubles.filter(({ isFatal }) => !isFatal) }),
      ...secrets.unseen.map((one) => `Not looked at: ${one}`),
    ],
    ...(secrets.refusal && { refusal: secrets.refusal }),
    leftBehind: leftBehind(now),
    since,
  };
}

/** Of what is left as it is, where it can be looked at and changed. */
function withPlace(drift: Drift, { azure, state }: Pick<DriftSources, 'azure' | 'state'>): Drift {
  if (drift.repaired || drift.place !== undefined) return drift;
  return { ...drift, place: portalLink(azure, state, drift.id) };
}

/** What the drift route and the command line tell of a report. */
export function driftView({ runId, resources, drift, notes, leftBehind: left, since }: DriftReport): DriftReportView {
  const { repair, unsettledBy } = since;
  return {
    ...{ runId, resources, drift: [...drift], leftBehind: left.map(leftBehindView), notes: [...notes] },
    ...(repair && unsettledBy === undefined && { unfinishedRepair: repair.runId }),
  };
}
