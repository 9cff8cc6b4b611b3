import { fileURLToPath } from 'node:url';
import { allCases, type Case, describePlace } from './cases.ts';
import type { Verdict } from './ending.ts';
import type { SceneName } from './scenes.ts';
import type { Undisturbed } from './trial.ts';
import { tryEach, undisturbedRuns } from './trials.ts';
import type { Order } from './worker.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Faults of one run of a scene. */
export type Trial = Extract<Order, { kind: 'cases' }>;

/** Everything that can happen in a scene. */
export interface Matrix {
  readonly cases: readonly Case[];
  trialOf(...cases: readonly Case[]): Trial;
}

export async function matrixOf(scenes: readonly SceneName[]): Promise<ReadonlyMap<SceneName, Matrix>> {
  const runs = await undisturbedRuns<Undisturbed>(WORKER, scenes);
  return new Map(
    [...runs].map(([scene, { requests, picture: expected }]) => [
      scene,
      { cases: allCases(requests), trialOf: (...cases) => ({ kind: 'cases', scene, cases, expected }) },
    ]),
  );
}

/** @param keep called with each verdict as it comes */
export async function tryAll(
  trials: readonly Trial[],
  keep?: (trial: Trial, verdict: Verdict) => void,
): Promise<ReadonlyMap<Trial, Verdict>> {
  return await tryEach(WORKER, trials, describeTrial, { keep });
}

export function describeTrial({ scene, cases }: Trial): string {
  const faults = cases.map(({ number, fault, place }) => `case ${number}: ${fault} at ${describePlace(place)}`);
  return `${scene}: ${faults.join('; ')}`;
}
