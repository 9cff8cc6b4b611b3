import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askEach, askOnce } from '../helpers/processes/child-pool.ts';
import { IS_FULL, someOf } from './extent.ts';
import { allStorageCases, describeStorageCase, type StorageFaultCase, storageRule } from './faults.ts';
import { endingsTable } from './table.ts';
import type { LossVerdict } from './trial.ts';
import type { Order, ToldRun } from './worker.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** Pairs are drawn at random; STORAGE_SEED repeats those of a full run. */
const { STORAGE_PAIRS: pairs, STORAGE_SEED: seed } = process.env;
const SAMPLE = 8;
const PAIRS = Number(pairs ?? (IS_FULL ? 100 : 2));
const SEED = Number(seed ?? (IS_FULL ? Date.now() % 2 ** 31 : 20_260_104));

type Faults = readonly StorageFaultCase[];

it('every request of a run to its storage may fail in every way, and two of them at once', async () => {
  const { requests } = (await askOnce(WORKER, { kind: 'undisturbed' } satisfies Order)) as ToldRun;
  const all = allStorageCases(requests);
  const singles = someOf(all, SAMPLE).map((one): Faults => [one]);
  const drawn: readonly Faults[] = fc.sample(fc.tuple(fc.constantFrom(...all), fc.constantFrom(...all)), {
    seed: SEED,
    numRuns: PAIRS,
  });
  const verdicts = new Map<Faults, LossVerdict>();
  const orders = [...singles, ...drawn].map((faults) => ({
    kind: 'faults' as const,
    rules: faults.map(storageRule),
    faults,
  }));
  await askEach(WORKER, orders, {
    processes: Math.min(orders.length, availableParallelism()),
    told: ({ faults }, answer, error) => {
      const verdict = error ? { ending: 'broken' as const, problems: [error.message] } : (answer as LossVerdict);
      verdicts.set(faults, verdict);
      if (verdict.ending === 'broken') process.stdout.write(`${told(faults, verdict)}\n`);
      if (verdicts.size % 50 === 0) process.stdout.write(`${verdicts.size} of ${orders.length} cases\n`);
    },
  });
  const kindOf = (faults: Faults): string => (faults.length > 1 ? 'two at once' : (faults[0]?.fault ?? ''));
  process.stdout.write(`${endingsTable(verdicts, kindOf)}\n`);
  process.stdout.write(`${singles.length} of ${all.length} faults, ${PAIRS} pairs, STORAGE_SEED=${SEED}\n`);
  expect([...verdicts].filter(([, { ending }]) => ending === 'broken')).toEqual([]);
  expect([...verdicts.values()].filter(({ ending }) => ending !== 'not met').length).toBeGreaterThan(orders.length / 2);
}, 7_200_000);

function told(faults: Faults, { code, problems }: LossVerdict): string {
  const head = `${faults.map(describeStorageCase).join('; ')}${code ? ` (${code})` : ''}`;
  return [head, ...problems.map((problem) => `  ${problem.slice(0, 1000)}`)].join('\n');
}
