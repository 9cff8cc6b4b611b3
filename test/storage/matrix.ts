import { fileURLToPath } from 'node:url';
import type { Verdict } from '../faults/ending.ts';
import type { SceneName } from '../faults/scenes.ts';
import { tryEach, undisturbedRuns } from '../faults/trials.ts';
import { allStorageCases, describeStorageCase, type StorageFaultCase, storageRule } from './faults.ts';
import { describeLoss } from './loss.ts';
import { allLosses } from './losses.ts';
import type { LossCase, Undisturbed } from './trial.ts';
import type { Order } from './worker.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

export type LossTrial = Extract<Order, { kind: 'loss' }> & { readonly number: number };
export type FaultTrial = Extract<Order, { kind: 'faults' }> & { readonly faults: readonly StorageFaultCase[] };

/** Everything that a storage can do to the run of a scene. */
export interface StorageMatrix {
  readonly losses: readonly LossTrial[];
  readonly faults: readonly StorageFaultCase[];
  faultTrialOf(...faults: readonly StorageFaultCase[]): FaultTrial;
}

/** @param moments at how many moments of a run something is lost */
export async function storageMatrixOf(
  scenes: readonly SceneName[],
  moments: number,
): Promise<ReadonlyMap<SceneName, StorageMatrix>> {
  const runs = await undisturbedRuns<Undisturbed>(WORKER, scenes);
  return new Map([...runs].map(([scene, run]) => [scene, matrixOf(scene, run, moments)]));
}

function matrixOf(scene: SceneName, run: Undisturbed, moments: number): StorageMatrix {
  const { picture: expected, requests } = run;
  return {
    losses: allLosses(run, moments, scene === 'a first deployment').map((one, number) => ({
      kind: 'loss',
      scene,
      one,
      expected,
      number,
    })),
    faults: allStorageCases(requests),
    faultTrialOf: (...faults) => ({ kind: 'faults', scene, faults, rules: faults.map(storageRule), expected }),
  };
}

export async function tryLosses(
  trials: readonly LossTrial[],
  isTold?: (verdict: Verdict) => boolean,
): Promise<ReadonlyMap<LossTrial, Verdict>> {
  return await tryEach(WORKER, trials, describeLossTrial, { isTold });
}

export async function tryFaults(trials: readonly FaultTrial[]): Promise<ReadonlyMap<FaultTrial, Verdict>> {
  return await tryEach(
    WORKER,
    trials,
    ({ scene, faults }) => `${scene}: ${faults.map(describeStorageCase).join('; ')}`,
  );
}

function describeLossTrial({ scene, number, one: { moment, loss, by } }: LossTrial): string {
  return `${scene}: case ${number}: ${describeLoss(loss)} after ${moment} writes, then the ${by}`;
}

/** What was lost, of all documents of a kind together. */
export function kindOfLoss({ one: { loss, by } }: { readonly one: LossCase }): string {
  if (loss.kind === 'journal') return 'the end of the journal';
  if (loss.kind === 'writes') return `the last writes; then the ${by}`;
  return loss.document.replace(/\/.*/, '');
}
