import type { DeploymentConfig } from '../../domain/config/model.ts';
import { repairingSteps } from '../../domain/drift.ts';
import type { RunOptions, RunRequest } from '../../domain/run.ts';
import { STEP_NAMES } from '../../domain/steps.ts';
import type { RollbackTarget } from '../../engine/rollback.ts';
import type { DriftReport } from '../../planning/drift/drift-report.ts';
import type { DeploymentWork } from '../../runs/deployments.ts';
import { prepareDestroy } from '../../runs/prepare-destroy.ts';
import { prepareRollback } from '../../runs/prepare-rollback.ts';
import { UserError } from '../../shared/errors.ts';
import type { EnvironmentStores } from '../../state/ports.ts';
import { findSource } from '../load-config.ts';

/** What a run deploys, and the options that make it what it is. */
export interface PreparedWork {
  readonly config: DeploymentConfig;
  readonly source: string | null;
  readonly options: Partial<RunOptions>;
  readonly rollback?: RollbackTarget;
  /** See `StartRequest`. */
  readonly isNew?: boolean;
}

export interface WorkSources {
  /** The configuration as its file has it. */
  readonly file: DeploymentConfig;
  /** As asked for; what a file says of deployments is no consent to deletions. */
  readonly autoApprove: boolean;
  readonly drift: () => Promise<DriftReport>;
}

/** @throws UserError of `prepareRollback`, of `prepareDestroy` and of the drift report, and `drift_unsettled` */
export async function prepareWork(
  work: DeploymentWork,
  stores: EnvironmentStores,
  { file, autoApprove, drift }: WorkSources,
): Promise<PreparedWork> {
  switch (work.kind) {
    case 'deploy': {
      const { path, config } = work.config;
      return { config, source: work.source ?? (await findSource(path, config)), options: {} };
    }
    case 'rollback': {
      const { config, to, leftAlone } = await prepareRollback(stores, work.to);
      return { config, source: null, options: { rollbackTo: to.runId }, rollback: { ...to, leftAlone } };
    }
    case 'repair':
      return repair(await drift());
    case 'destroy':
      return { config: file, source: null, options: { destroy: await prepareDestroy(stores, work), autoApprove } };
  }
}

function repair({ runId, config, source, drift, since }: DriftReport): PreparedWork {
  const { unsettledBy, repair: begun } = since;
  if (unsettledBy !== undefined) throw unsettled(runId, unsettledBy);
  const steps = new Set([...repairingSteps(drift), ...(begun?.steps ?? [])]);
  return {
    config,
    source,
    // What is in the state is ours, also when somebody took our tag from it.
    options: { refresh: true, adopt: true, onlySteps: STEP_NAMES.filter((step) => steps.has(step)) },
    isNew: drift.some(({ repaired, step }) => repaired && begun?.done.includes(step)),
  };
}

function unsettled(last: string, by: RunRequest | 'unknown'): UserError {
  const release = `draftgenie-deploy rollback --to ${last}`;
  const who = by === 'unknown' ? 'A later run' : `Run ${by.runId}`;
  return new UserError(
    `${who} did not come to its end, and what is there is no more what run ${last} deployed: it is not clear what to repair to.`,
    { code: 'drift_unsettled', hint: `${againHint(by)}, or go back with: ${release}` },
  );
}

/** How what that run was to do is brought to its end. */
function againHint(run: RunRequest | 'unknown'): string {
  if (run === 'unknown') return 'Deploy again';
  const { rollbackTo, destroy } = run.options;
  if (rollbackTo) return `Roll back again, with: draftgenie-deploy rollback --to ${rollbackTo}`;
  return destroy ? 'Delete again with draftgenie-deploy destroy, or deploy' : 'Deploy again';
}
