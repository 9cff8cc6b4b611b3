import type { DeploymentConfig } from '../../domain/config/model.ts';
import { type Drift, repairingSteps } from '../../domain/drift.ts';
import type { RunOptions, RunRequest } from '../../domain/run.ts';
import { STEP_NAMES, type StepName } from '../../domain/steps.ts';
import { UserError } from '../../shared/errors.ts';
import type { DriftReport } from './drift-report.ts';

/** What a run does that repairs what drifted. */
export interface PreparedRepair {
  readonly config: DeploymentConfig;
  /** Where the sources of the run were that deployed it. */
  readonly source: string | null;
  readonly options: Partial<RunOptions>;
  /** See `StartRequest`. */
  readonly isNew: boolean;
}

/** Whether there is anything that a repair would put back. */
function isRepairable({ drift, since: { repair } }: DriftReport): boolean {
  return drift.some(({ repaired }) => repaired) || repair !== undefined;
}

/**
 * What a run does that puts back what drifted, and what that is; undefined: nothing is to be put back.
 *
 * @param leaves the steps of which everything stays as it is
 * @throws UserError `drift_unsettled`
 */
export function repairOf(
  report: DriftReport,
  leaves: (drift: readonly Drift[]) => ReadonlySet<StepName> = () => new Set(),
): (PreparedRepair & { readonly drift: readonly Drift[] }) | undefined {
  const found = leavingSteps(report, leaves(report.drift));
  if (!isRepairable(found)) return undefined;
  return { ...prepareRepair(found), drift: found.drift.filter(({ repaired }) => repaired) };
}

function leavingSteps(report: DriftReport, left: ReadonlySet<StepName>): DriftReport {
  const { drift, since } = report;
  const steps = since.repair?.steps.filter((step) => !left.has(step)) ?? [];
  return {
    ...report,
    drift: drift.filter(({ step }) => !left.has(step)),
    since: { ...since, repair: since.repair && steps.length > 0 ? { ...since.repair, steps } : undefined },
  };
}

/** @throws UserError `drift_unsettled` */
export function prepareRepair({ runId, config, source, drift, since }: DriftReport): PreparedRepair {
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
  return new UserError(`${unsettledText(last, by)}: it is not clear what to repair to.`, {
    code: 'drift_unsettled',
    hint: `${againHint(by)}, or go back with \`${release}\``,
  });
}

/** Why what is there is compared with nothing; a sentence without its end. */
export function unsettledText(last: string, by: RunRequest | 'unknown'): string {
  const who = by === 'unknown' ? 'A later run' : `Run ${by.runId}`;
  return `${who} did not come to its end, and what is there is no more what run ${last} deployed`;
}

/** How what that run was to do is brought to its end. */
function againHint(run: RunRequest | 'unknown'): string {
  if (run === 'unknown') return 'Deploy again';
  const { rollbackTo, destroy } = run.options;
  if (rollbackTo) return `Roll back again with \`draftgenie-deploy rollback --to ${rollbackTo}\``;
  return destroy ? 'Delete again with `draftgenie-deploy destroy`, or deploy' : 'Deploy again';
}
