import { expect, it } from 'vitest';
import type { Case } from './cases.ts';
import { type Matrix, matrixOf, tryAll } from './matrix.ts';
import type { SceneName } from './scenes.ts';
import { brokenOf, endingsTable } from './trials.ts';

/**
 * Every request of a full run, met by every fault. `npm test` tries a few of each fault; `npm run test:faults` tries all, and
 * FAULTS=40 forty of each. One case again: FAULT_CASE=123 npm run test:faults.
 */
const { FAULTS: extent = '3', FAULT_CASE: single } = process.env;

it('every request of a run may fail in every way: the run succeeds, or says why and a plain re-run repairs it', async () => {
  const [[, { cases: all, trialOf }]] = [...(await matrixOf(['a first deployment']))] as [[SceneName, Matrix]];
  const chosen = single ? all.filter(({ number }) => number === Number(single)) : someOfEach(all, Number(extent));
  const verdicts = await tryAll(chosen.map((one) => trialOf(one)));
  process.stdout.write(`${endingsTable(verdicts, ({ cases }) => cases[0]?.fault ?? '')}\n`);
  process.stdout.write(`${chosen.length} of ${all.length} cases\n`);
  expect(chosen.length).toBeGreaterThan(0);
  expect(brokenOf(verdicts)).toEqual([]);
}, 7_200_000);

/** So many of each fault, as far from each other as they can be, and at other places for each; all when it is no number. */
function someOfEach(cases: readonly Case[], count: number): readonly Case[] {
  if (Number.isNaN(count)) return cases;
  return [...Map.groupBy(cases, ({ fault }) => fault).values()].flatMap((group, index, { length }) => {
    const stride = group.length / Math.min(count, group.length);
    const first = (stride * (index + 0.5)) / length;
    return group.filter(
      (_, at) => at >= first && Math.floor((at - first) / stride) > Math.floor((at - 1 - first) / stride),
    );
  });
}
