import type { DeploymentConfig } from '../../domain/config/model.ts';
import { repairingSteps } from '../../domain/drift.ts';
import type { RunOptions } from '../../domain/run.ts';
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

function repair({ runId, config, source, drift, isUnsettled }: DriftReport): PreparedWork {
  if (isUnsettled) {
    throw new UserError(`The last run did not succeed, so it is not clear what to repair: run ${runId}, or its own.`, {
      code: 'drift_unsettled',
      hint: 'Deploy again, or go back with: draftgenie-deploy rollback --to RUN',
    });
  }
  // What is in the state is ours, also when somebody took our tag from it.
  return { config, source, options: { refresh: true, adopt: true, onlySteps: [...repairingSteps(drift)] } };
}
