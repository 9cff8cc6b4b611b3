import { isBeingChanged, isCheckDue, withBegun, withChecked } from '../../domain/drift-check/drift-check.ts';
import { leftSteps, withLookUnanswered, withRepairDecided } from '../../domain/drift-check/found-drift.ts';
import { NO_OPTIONS, type RunSummary } from '../../domain/run.ts';
import type { DriftCheck, EnvironmentState } from '../../domain/state.ts';
import { UserError } from '../../shared/errors.ts';
import { hashJson } from '../../shared/json.ts';
import type { Logger } from '../../shared/logger.ts';
import { LockedError } from '../../state/lock.ts';
import type { DeploymentStorage, EnvironmentStores, RunStore } from '../../state/ports.ts';
import { updateState } from '../../state/update-state.ts';
import type { Engine } from '../engine.ts';
import { newRunId } from '../new-request.ts';
import type { RunServices } from '../services.ts';
import { startRun } from '../start-run.ts';
import type { Repairing } from './repairing.ts';

export interface ScheduledChecks extends RunServices, Repairing {
  readonly logger: Logger;
  readonly storage: Pick<DeploymentStorage, 'keyedCall'>;
}

/** Who asked for runs that a check is, or starts. */
const BY = 'drift check';
/** Of runs that the timer starts: nobody's turn is taken, and nothing is forgotten. */
const BESIDE = { waits: false, resetsState: false, trigger: 'timer', by: BY } as const;

/**
 * Starts the drift check of an environment when it is due, or the repair of what the last one found. While somebody deploys neither is
 * started: both are made up for, once, when that is over. An app that slept, or two that look at once, start one check.
 *
 * @param state as it was read a moment ago: where no checks are asked for nothing else is read
 */
export async function checkOnSchedule(
  services: ScheduledChecks,
  engine: Engine,
  state: EnvironmentState,
): Promise<void> {
  const { environment, drift_check: mark } = state;
  if (!mark) return;
  const now = services.stores(environment).state.now();
  if (isBeingChanged(state, now)) return;
  if (isCheckDue(mark, now)) await startCheck(services, engine, environment, mark);
  else await repairFound(services, engine, environment, mark);
}

async function startCheck(
  services: ScheduledChecks,
  engine: Engine,
  environment: string,
  mark: DriftCheck,
): Promise<void> {
  const { state, runs } = services.stores(environment);
  const [deployed] = await state.history({ limit: 1 });
  if (!deployed) return;
  const id = newRunId(services, environment);
  const { drift_check: now } = await updateState(state, (current) => withBegun(current, mark, id));
  // Somebody has made it meanwhile.
  if (now?.begun === undefined) return;
  const { begun: runId } = now;
  if (await runs.request(runId)) return await goOn(engine, { state, runs }, runId);
  await startRun(
    services,
    // The state says which run it is: whoever looks at once finds it by that.
    { kind: 'shared', engine, storage: { keyedCall: async (_environment, _key, call) => ({ ...call, runId }) } },
    {
      ...BESIDE,
      environment,
      config: await runs.config(deployed.configDigest),
      options: { ...NO_OPTIONS, dryRun: true, checksDrift: true },
      source: null,
      key: 'drift-check',
    },
  );
}

/** Whoever began it may have ended before its orchestration was started, or was started well. */
async function goOn(engine: Engine, { state, runs }: EnvironmentStores, runId: string): Promise<void> {
  const summary = await runs.summary(runId);
  if (summary === undefined || summary.finishedAt === null)
    return await engine.start({ environment: state.environment, runId });
  // It was ended from without, and could not write down that it was there.
  await updateState(state, (current) => withChecked(current, { runId, outcome: 'failed' }, state.now()));
}

/** Puts back what the last check found, unless that is left to people. What is decided about one check's finding stands. */
async function repairFound(
  services: ScheduledChecks,
  engine: Engine,
  environment: string,
  mark: DriftCheck,
): Promise<void> {
  const { found } = mark;
  if (!mark.repair || !found?.repairable || found.repair) return;
  const { state, runs } = services.stores(environment);
  try {
    const before = await earlierRepair(runs, mark);
    const decided = before ? { why: before } : await startRepair(services, engine, environment, mark, found.run_id);
    await updateState(state, (current) => withRepairDecided(current, found.run_id, decided));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Somebody was faster: their deployment comes first.
    if (error instanceof LockedError) return;
    const why = services.mask(`${error.message} (${error.shownCode})`);
    const mayPass = error.code === 'azure_failed';
    const after = await updateState(
      state,
      (current) =>
        (mayPass ? withLookUnanswered(current, found.run_id) : undefined) ??
        withRepairDecided(current, found.run_id, { why }),
    );
    const isDecided = after.drift_check?.found?.repair !== undefined;
    const [level, what] = isDecided
      ? (['error', 'is not repaired'] as const)
      : (['warning', 'is looked at again'] as const);
    services.logger.log(level, `${environment} has drifted and ${what}: ${why}`);
  }
}

const REFUSED: readonly RunSummary['status'][] = ['rejected', 'cancelled'];

/** Why a repair that was started before stands in the way of another one; undefined: none does. */
async function earlierRepair(runs: RunStore, { last_repair, found }: DriftCheck): Promise<string | undefined> {
  const summary = last_repair && (await runs.summary(last_repair.run_id));
  if (!summary) return undefined;
  if (summary.finishedAt === null) return `run ${summary.runId} is to repair it, and is not over`;
  const isSame = last_repair.digest === found?.digest;
  return isSame && REFUSED.includes(summary.status)
    ? `its repair, run ${summary.runId}, was ${summary.status}`
    : undefined;
}

async function startRepair(
  services: ScheduledChecks,
  engine: Engine,
  environment: string,
  { repairs }: DriftCheck,
  check: string,
): Promise<Parameters<typeof withRepairDecided>[2]> {
  const work = await services.repair(environment, (drift) => leftSteps(drift, repairs));
  if (!work) return { why: 'nothing was left to put back when that was looked at again' };
  const { drift, options, ...what } = work;
  // As a repair that a person asks for: somebody approves it, unless the configuration says that nobody has to.
  const asked = { ...NO_OPTIONS, ...options, autoApprove: work.config.deployment.autoApprove ?? false };
  const { runId } = await startRun(
    services,
    { kind: 'shared', engine, storage: services.storage },
    {
      ...BESIDE,
      ...what,
      environment,
      options: asked,
      // A call that found the environment busy has its key all the same, and what is to be done may be another when it is free.
      key: `drift-repair:${check}:${hashJson([asked, what.config, what.source, services.version])}`,
    },
  );
  services.logger.log('warning', `${environment} has drifted: run ${runId} repairs it`);
  return { run_id: runId, drift };
}
