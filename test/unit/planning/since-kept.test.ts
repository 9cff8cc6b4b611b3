import { expect, it } from 'vitest';
import { NO_OPTIONS, type RunOptions, type RunSummary } from '../../../src/domain/run.ts';
import { firstSummary } from '../../../src/domain/runs/run-request.ts';
import { emptyState, type StepState } from '../../../src/domain/state.ts';
import { type SinceKept, sinceKept } from '../../../src/planning/drift/since-kept.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { runIdOf } from '../../helpers/step-context.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const STEP: StepState = {
  status: 'completed',
  timestamp: 't',
  dependency_hash: 'h',
  dependencies: {},
  outputs: {},
  metadata: {},
  run_id: runIdOf(1),
};
const KEPT_STEPS = { create_monitoring: STEP, create_databases: STEP, verify_deployment: STEP };
const REPAIR: RunOptions = {
  ...NO_OPTIONS,
  refresh: true,
  adopt: true,
  onlySteps: ['create_databases', 'verify_deployment'],
};

/** What is said of a deployment after runs of these options, of which the steps were begun or ended by the last. */
async function after(
  runs: readonly {
    readonly options: RunOptions;
    readonly status: RunSummary['status'];
    readonly configDigest?: string;
    readonly changed?: Readonly<Partial<Record<keyof typeof KEPT_STEPS, Partial<StepState>>>>;
    readonly forgotten?: boolean;
    readonly takenOut?: keyof typeof KEPT_STEPS;
  }[],
): Promise<SinceKept> {
  const stores = fileStorage(await tempDirectory(), systemClock).environment('default');
  let steps: Record<string, StepState> = KEPT_STEPS;
  for (const [index, { options, status, configDigest = 'kept', changed = {}, forgotten, takenOut }] of runs.entries()) {
    const runId = runIdOf(index + 2);
    const request = {
      ...{
        runId,
        environment: 'default',
        requestedAt: '2026-01-01T00:00:00Z',
        requestedBy: 'me',
        configDigest,
        options,
      },
      ...{ source: null, requestDigest: 'r', productVersion: '1', trigger: 'cli' as const, engine: 'local:1' },
      ...{ waits: false, adoptsOperationsOf: null },
    };
    if (!forgotten) await stores.runs.create(request);
    const finishedAt = status === 'running' ? null : '2026-01-01T00:00:01Z';
    if (!forgotten) await stores.runs.writeSummary({ ...firstSummary(request, 'running', {}), status, finishedAt });
    steps = Object.fromEntries(Object.entries(steps).filter(([step]) => step !== takenOut));
    for (const [step, change] of Object.entries(changed)) {
      const record: StepState = { ...STEP, ...change };
      steps = {
        ...steps,
        [step]: 'begun_by' in change ? { ...record, begun_by: runId } : { ...record, run_id: runId },
      };
    }
  }
  const state = { ...emptyState('default'), steps: KEPT_STEPS };
  const kept = { runId: runIdOf(1), at: 't', configDigest: 'kept', images: {}, state };
  return await sinceKept(stores.runs, { ...state, steps }, kept);
}

it('nothing, when nothing was done', async () => {
  expect(await after([])).toEqual({ unsettledBy: undefined, repair: undefined });
  expect(await after([{ options: NO_OPTIONS, status: 'failed' }])).toMatchObject({ unsettledBy: undefined });
});

it.each(['running', 'abandoned', 'failed'] as const)(
  'a repair that is %s is gone on with, whatever it had begun',
  async (status) => {
    const repair = { runId: runIdOf(2), steps: REPAIR.onlySteps, done: [] };
    expect(await after([{ options: REPAIR, status }])).toEqual({ unsettledBy: undefined, repair });
    const begun = { create_databases: { begun_by: '' } };
    expect(await after([{ options: REPAIR, status, changed: begun }])).toEqual({ unsettledBy: undefined, repair });
    const ended = { create_databases: { dependency_hash: 'other' } };
    expect((await after([{ options: REPAIR, status, changed: ended }])).repair?.done).toEqual(['create_databases']);
  },
);

it('a repair that a person withdrew is only where it has begun something', async () => {
  expect((await after([{ options: REPAIR, status: 'rejected' }])).repair).toBeUndefined();
  const changed = { create_databases: { begun_by: '' } };
  expect((await after([{ options: REPAIR, status: 'cancelled', changed }])).repair?.steps).toEqual(REPAIR.onlySteps);
});

it('repairs one after the other are about what all of them were about', async () => {
  const other: RunOptions = { ...REPAIR, onlySteps: ['create_monitoring'] };
  const changed = { create_databases: { begun_by: '' } };
  expect(
    (
      await after([
        { options: REPAIR, status: 'abandoned', changed },
        { options: other, status: 'running' },
      ])
    ).repair,
  ).toEqual({
    runId: runIdOf(3),
    steps: ['create_monitoring', 'create_databases', 'verify_deployment'],
    done: [],
  });
});

it('it is not clear what to repair to after any other run that has begun something, or one that nobody knows', async () => {
  const changed = { create_databases: { begun_by: '' } };
  const deploy = await after([{ options: NO_OPTIONS, status: 'abandoned', changed }]);
  expect(deploy.unsettledBy).toMatchObject({ runId: runIdOf(2) });
  const elsewhere = await after([{ options: REPAIR, status: 'abandoned', changed, configDigest: 'other' }]);
  expect(elsewhere.unsettledBy).toMatchObject({ runId: runIdOf(2) });
  const unknown = await after([{ options: REPAIR, status: 'abandoned', changed, forgotten: true }]);
  expect(unknown.unsettledBy).toBe('unknown');
  const destroy = { keepData: false, leftBehind: null, include: [], confirmed: true };
  const takenOut = 'create_monitoring';
  const deletion = await after([{ options: { ...NO_OPTIONS, destroy }, status: 'running', takenOut }]);
  expect(deletion.unsettledBy).toMatchObject({ runId: runIdOf(2) });
  const other = await after([{ options: REPAIR, status: 'abandoned', takenOut }]);
  expect(other.unsettledBy).toBe('unknown');
});
