import type { DeploymentConfig } from '../../domain/config/model.ts';
import type { RunOptions } from '../../domain/run.ts';
import type { RollbackTarget } from '../../engine/rollback.ts';
import type { DriftReport } from '../../planning/drift/drift-report.ts';
import { prepareRepair } from '../../planning/drift/prepare-repair.ts';
import type { DeploymentWork } from '../../runs/deployments.ts';
import { prepareDestroy } from '../../runs/prepare-destroy.ts';
import { prepareRollback } from '../../runs/prepare-rollback.ts';
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

/** @throws UserError of `prepareRollback`, of `prepareDestroy`, of the drift report and of `prepareRepair` */
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
      return prepareRepair(await drift());
    case 'destroy':
      return { config: file, source: null, options: { destroy: await prepareDestroy(stores, work), autoApprove } };
  }
}
