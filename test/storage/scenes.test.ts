import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LATER_SCENES, SCENE_NAMES } from '../faults/scenes.ts';
import { brokenOf, endingsTable } from '../faults/trials.ts';
import { IS_FULL, SEED } from './extent.ts';
import { type LossTrial, storageMatrixOf, tryFaults, tryLosses } from './matrix.ts';

/**
 * What is done to something that is deployed already, by a storage that forgets and that fails. `npm test` tries one of each in each
 * scene; `npm run test:storage` a hundred, drawn at random, or STORAGE_TRIALS.
 */
const { STORAGE_TRIALS, STORAGE_SCENE } = process.env;
const TRIALS = Number(STORAGE_TRIALS ?? (IS_FULL ? 100 : 1));
const SCENES = LATER_SCENES.filter((scene) => STORAGE_SCENE === undefined || scene.includes(STORAGE_SCENE));
const MOMENTS = 6;

it('a release, a rollback, a canary, a repair and a deletion survive it, or the same command finishes them', async () => {
  const matrices = await storageMatrixOf(SCENES, MOMENTS);
  const drawn = [...matrices].map(([scene, { losses, faults, faultTrialOf }]) => {
    const some = { seed: SEED + SCENE_NAMES.indexOf(scene), numRuns: TRIALS };
    return {
      losses: [
        ...fc.sample(fc.constantFrom(...losses), some),
        ...(scene === 'a rollback' ? [wholeRunLost(losses)] : []),
      ],
      faults: fc.sample(fc.constantFrom(...faults), some).map((one) => faultTrialOf(one)),
    };
  });
  const lost = await tryLosses(drawn.flatMap(({ losses }) => losses));
  const failed = await tryFaults(drawn.flatMap(({ faults }) => faults));
  process.stdout.write(`${endingsTable(lost, ({ scene }) => `${scene}, losses`)}\n`);
  process.stdout.write(`${endingsTable(failed, ({ scene }) => `${scene}, faults`)}\n`);
  const counts = [...matrices].map(
    ([scene, all]) => `${scene}: ${all.losses.length} losses, ${all.faults.length} faults`,
  );
  process.stdout.write(`${counts.join('; ')}; STORAGE_SEED=${SEED}\n`);
  expect([...brokenOf(lost), ...brokenOf(failed)]).toEqual([]);
}, 7_200_000);

/** All that the run had written into the state is lost shortly before its end: a rollback forgot which images it had brought back. */
function wholeRunLost(losses: readonly LossTrial[]): LossTrial {
  const moments = [...new Set(losses.map(({ one }) => one.moment))].toSorted((a, b) => a - b);
  const found = losses.findLast(({ one: { moment, loss } }) => {
    return moment === moments.at(-2) && loss.kind === 'document' && loss.document === 'state';
  });
  if (!found) throw new Error('the run writes no state');
  return found;
}
