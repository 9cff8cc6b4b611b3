import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Matrix, matrixOf, tryAll } from './matrix.ts';
import { LATER_SCENES, SCENE_NAMES, type SceneName } from './scenes.ts';
import { brokenOf, endingsTable } from './trials.ts';

/**
 * What is done to something that is deployed already, met by faults of Azure. `npm test` tries one case of each scene, and one pair;
 * `npm run test:faults` a hundred of each, drawn at random: FAULTS_SEED repeats them, FAULTS_SINGLES and FAULTS_PAIRS say how many.
 */
const { FAULTS, FAULTS_SEED, FAULTS_SINGLES, FAULTS_PAIRS } = process.env;
const IS_FULL = FAULTS === 'full';
const SEED = Number(FAULTS_SEED ?? (IS_FULL ? Date.now() % 2 ** 31 : 20_260_104));
const SINGLES = Number(FAULTS_SINGLES ?? (IS_FULL ? 100 : 1));
const PAIRS = Number(FAULTS_PAIRS ?? (IS_FULL ? 100 : 1));

it('a release, a rollback, a canary, a repair and a deletion come through, or the same command finishes them', async () => {
  const matrices = await matrixOf(IS_FULL ? SCENE_NAMES : LATER_SCENES);
  const trials = [...matrices].flatMap(([scene, { cases, trialOf }]) => {
    const seed = SEED + SCENE_NAMES.indexOf(scene);
    const singles = fc.sample(fc.constantFrom(...cases), { seed, numRuns: LATER_SCENES.includes(scene) ? SINGLES : 0 });
    const pairs = fc.sample(fc.tuple(fc.constantFrom(...cases), fc.constantFrom(...cases)), { seed, numRuns: PAIRS });
    return [...singles.map((one) => trialOf(one)), ...pairs.map((pair) => trialOf(...pair))];
  });
  const verdicts = await tryAll(trials);
  const kindOf = (scene: SceneName, faults: number): string => (faults > 1 ? `${scene}, two at once` : scene);
  process.stdout.write(`${endingsTable(verdicts, ({ scene, cases }) => kindOf(scene, cases.length))}\n`);
  process.stdout.write(`${told(matrices)}; FAULTS_SEED=${SEED}\n`);
  expect(brokenOf(verdicts)).toEqual([]);
}, 7_200_000);

function told(matrices: ReadonlyMap<SceneName, Matrix>): string {
  return [...matrices].map(([scene, { cases }]) => `${scene}: ${cases.length} cases`).join(', ');
}
