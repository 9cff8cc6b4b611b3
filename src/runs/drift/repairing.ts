import type { Drift } from '../../domain/drift.ts';
import type { RunOptions } from '../../domain/run.ts';
import type { StepName } from '../../domain/steps.ts';
import type { StartRequest } from '../start-request.ts';

/** What a run does that repairs: part of a request to start one. */
interface RepairWork extends Pick<StartRequest, 'config' | 'source' | 'isNew'> {
  readonly options: Partial<RunOptions>;
  /** What it puts back. */
  readonly drift: readonly Drift[];
}

export interface Repairing {
  /**
   * Looks again, and says what a run would do that repairs it; undefined: there is nothing to repair.
   *
   * @param leaves the steps of which a repair leaves everything as it is
   * @throws UserError `nothing_deployed`, `drift_unsettled`, `azure_failed`
   */
  repair(
    environment: string,
    leaves?: (drift: readonly Drift[]) => ReadonlySet<StepName>,
  ): Promise<RepairWork | undefined>;
}
