import fc from 'fast-check';
import { expect, it } from 'vitest';
import { brokenOf, endingsTable } from '../faults/trials.ts';
import { IS_FULL, SEED, someOf } from './extent.ts';
import { type FaultTrial, storageMatrixOf, tryFaults } from './matrix.ts';

const { STORAGE_PAIRS } = process.env;
const SAMPLE = 8;
const PAIRS = Number(STORAGE_PAIRS ?? (IS_FULL ? 100 : 2));

it('every request of a run to its storage may fail in every way, and two of them at once', async () => {
  const [matrix] = (await storageMatrixOf(['a first deployment'], 1)).values();
  if (!matrix) throw new Error('there is no such scene');
  const { faults: all, faultTrialOf } = matrix;
  const drawn = fc.sample(fc.tuple(fc.constantFrom(...all), fc.constantFrom(...all)), { seed: SEED, numRuns: PAIRS });
  const singles = someOf(all, SAMPLE).map((one) => faultTrialOf(one));
  const trials = [...singles, ...drawn.map((pair) => faultTrialOf(...pair))];
  const verdicts = await tryFaults(trials);
  const kindOf = ({ faults }: FaultTrial): string => (faults.length > 1 ? 'two at once' : (faults[0]?.fault ?? ''));
  process.stdout.write(`${endingsTable(verdicts, kindOf)}\n`);
  process.stdout.write(`${singles.length} of ${all.length} faults, ${PAIRS} pairs, STORAGE_SEED=${SEED}\n`);
  expect(brokenOf(verdicts)).toEqual([]);
  expect([...verdicts.values()].filter(({ ending }) => ending !== 'not met').length).toBeGreaterThan(trials.length / 2);
}, 7_200_000);
