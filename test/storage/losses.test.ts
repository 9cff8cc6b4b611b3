import { expect, it } from 'vitest';
import { brokenOf, endingsTable } from '../faults/trials.ts';
import { someOf } from './extent.ts';
import { kindOfLoss, storageMatrixOf, tryLosses } from './matrix.ts';

/** One case again: STORAGE_CASE=123, or several: STORAGE_CASE=12,34. */
const { STORAGE_CASE: cases } = process.env;
const SAMPLE = 8;
const MOMENTS = 6;

it('whatever the storage or the journal has lost, a run goes on, or says why and a plain re-run repairs it', async () => {
  const all = [...(await storageMatrixOf(['a first deployment'], MOMENTS)).values()].flatMap(({ losses }) => losses);
  const numbers = cases?.split(',').map(Number);
  const chosen = numbers ? all.filter(({ number }) => numbers.includes(number)) : someOf(all, SAMPLE);
  const verdicts = await tryLosses(chosen, numbers && (() => true));
  process.stdout.write(`${endingsTable(verdicts, kindOfLoss)}\n`);
  process.stdout.write(`${chosen.length} of ${all.length} losses at ${MOMENTS} moments\n`);
  expect(brokenOf(verdicts)).toEqual([]);
  expect([...verdicts.values()].filter(({ ending }) => ending !== 'not met').length).toBeGreaterThan(chosen.length / 2);
}, 7_200_000);
