import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { askEach, askOnce } from '../helpers/processes/child-pool.ts';
import { someOf } from './extent.ts';
import { describeLoss } from './loss.ts';
import { allLosses } from './losses.ts';
import { endingsTable, kindOfLoss } from './table.ts';
import type { LossCase, LossVerdict } from './trial.ts';
import type { Order, ToldRun } from './worker.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** One case again: STORAGE_CASE=123, or several: STORAGE_CASE=12,34. */
const { STORAGE_CASE: cases } = process.env;
const SAMPLE = 8;
const MOMENTS = 6;

it('whatever the storage or the journal has lost, a run goes on, or says why and a plain re-run repairs it', async () => {
  const { writes, written } = (await askOnce(WORKER, { kind: 'undisturbed' } satisfies Order)) as ToldRun;
  const all = allLosses({ writes, written: written.map((counts) => new Map(counts)) }, MOMENTS);
  const numbers = cases?.split(',').map(Number);
  const chosen = numbers ? all.filter((_, index) => numbers.includes(index)) : someOf(all, SAMPLE);
  const verdicts = new Map<LossCase, LossVerdict>();
  const orders = chosen.map((one) => ({ kind: 'loss', one }) satisfies Order);
  await askEach(WORKER, orders, {
    processes: Math.min(chosen.length, availableParallelism()),
    told: ({ one }, answer, error) => {
      const verdict = error ? { ending: 'broken' as const, problems: [error.message] } : (answer as LossVerdict);
      verdicts.set(one, verdict);
      if (verdict.ending === 'broken' || numbers) process.stdout.write(`${told(all.indexOf(one), one, verdict)}\n`);
      if (verdicts.size % 50 === 0) process.stdout.write(`${verdicts.size} of ${chosen.length} cases\n`);
    },
  });
  process.stdout.write(
    `${endingsTable(verdicts, kindOfLoss)}\n${chosen.length} of ${all.length} losses at ${MOMENTS} moments\n`,
  );
  const problems = [...verdicts].filter(([, { ending }]) => ending === 'broken');
  expect(problems).toEqual([]);
  expect([...verdicts.values()].filter(({ ending }) => ending !== 'not met').length).toBeGreaterThan(chosen.length / 2);
}, 7_200_000);

function told(number: number, { moment, loss, by }: LossCase, { code, problems }: LossVerdict): string {
  const head = `case ${number}: ${describeLoss(loss)} after ${moment} writes, then the ${by}${code ? ` (${code})` : ''}`;
  return [head, ...problems.map((problem) => `  ${problem.slice(0, 1000)}`)].join('\n');
}
