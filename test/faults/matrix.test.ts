import { expect, it } from 'vitest';
import { type Case, describePlace } from './cases.ts';
import type { Verdict } from './ending.ts';
import { type KeptVerdicts, openVerdicts } from './kept-verdicts.ts';
import { type Matrix, matrixOf, tryAll } from './matrix.ts';
import type { SceneName } from './scenes.ts';
import { brokenOf, endingsTable } from './trials.ts';

/**
 * Every request of a full run, met by every fault. `npm test` tries three of each fault; `npm run test:faults` tries all, and
 * FAULTS=40 forty of each. One case again: FAULT_CASE=123 npm run test:faults. In parts: FAULTS_STRIDE=n tries every n-th case, from
 * FAULTS_OFFSET on. FAULTS_VERDICTS names a file that keeps each verdict as it comes: what is in there is not tried again, and is in the table.
 */
const {
  FAULTS: extent = '3',
  FAULT_CASE: single,
  FAULTS_STRIDE: stride = '1',
  FAULTS_OFFSET: offset = '0',
  FAULTS_VERDICTS: file,
} = process.env;

it('every request of a run may fail in every way: the run succeeds, or says why and a plain re-run repairs it', async () => {
  const [[, { cases: all, trialOf }]] = [...(await matrixOf(['a first deployment']))] as [[SceneName, Matrix]];
  const chosen = single
    ? all.filter(({ number }) => number === Number(single))
    : everyNth(someOfEach(all, Number(extent)), Number(stride), Number(offset));
  const verdicts = await tryCases(chosen, trialOf, openVerdicts(file));
  process.stdout.write(`${endingsTable(verdicts, ({ fault }) => fault)}\n`);
  process.stdout.write(`${chosen.length} of ${all.length} cases\n`);
  expect(chosen.length).toBeGreaterThan(0);
  expect(brokenOf(verdicts)).toEqual([]);
  // In virtual time every run makes the same requests: a fault that nobody met was looked for at the wrong place.
  const notMet = [...verdicts].filter(([, { ending }]) => ending === 'not met');
  expect(notMet.map(([{ fault, place }]) => `${fault}: ${describePlace(place)}`)).toEqual([]);
}, 7_200_000);

/** Those of which no verdict is kept. */
async function tryCases(
  cases: readonly Case[],
  trialOf: Matrix['trialOf'],
  { of, keep }: KeptVerdicts,
): Promise<ReadonlyMap<Case, Verdict>> {
  const known = cases.flatMap((one): (readonly [Case, Verdict])[] => {
    const verdict = of(one);
    return verdict ? [[one, verdict]] : [];
  });
  const verdicts = new Map(known);
  const trials = cases.filter((one) => !verdicts.has(one)).map((one) => trialOf(one));
  await tryAll(trials, ({ cases: [one] }, verdict) => {
    if (!one) return;
    verdicts.set(one, verdict);
    keep(one, verdict);
  });
  return verdicts;
}

function everyNth<Item>(all: readonly Item[], stride: number, offset: number): readonly Item[] {
  return all.filter((_, index) => index % stride === offset % stride);
}

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
