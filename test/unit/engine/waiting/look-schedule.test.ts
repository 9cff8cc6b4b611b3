import { expect, it } from 'vitest';
import { type Expected, latestBy, pauseAfter } from '../../../../src/engine/waiting/look-schedule.ts';

const UNKNOWN: Expected = { recorded: [] };

/** Looks at something that takes so long, from the first one on: how many there were, and how late the last was. */
function followed(seconds: number, expected: Expected): { readonly looks: number; readonly late: number } {
  let [at, looks] = [0, 1];
  for (; at < seconds; looks += 1) at += pauseAfter(at, expected);
  return { looks, late: at - seconds };
}

/** The same numbers each time, from -1 to 1. */
function* spread(): Generator<number, never> {
  for (let state = 7; ; ) {
    state = (state * 16_807) % 2_147_483_647;
    yield (2 * state) / 2_147_483_647 - 1;
  }
}

it.each([3, 20, 70, 240, 900])(
  'looks less often, and less late, at what takes %d seconds give or take a fifth',
  (usual) => {
    const numbers = spread();
    const one = (): number => usual * (1 + 0.2 * numbers.next().value);
    const sums = { looks: 0, looksBefore: 0, late: 0, lateBefore: 0 };
    for (let time = 0; time < 300; time += 1) {
      const recorded = [one(), one(), one(), one(), one()];
      const takes = one();
      const [before, now] = [followed(takes, UNKNOWN), followed(takes, { recorded })];
      sums.looks += now.looks;
      sums.looksBefore += before.looks;
      sums.late += now.late;
      sums.lateBefore += before.late;
      expect(now.looks).toBeLessThanOrEqual(before.looks + 2);
    }
    expect(sums.looks).toBeLessThan(0.7 * sums.looksBefore);
    // Long ones were looked at every fifteen seconds, whatever it cost; their lateness is no more than that of short ones now.
    expect(sums.late / 300 / usual).toBeLessThan(0.025);
    if (usual <= 100) expect(sums.late).toBeLessThan(0.4 * sums.lateBefore);
  },
);

it('first looks a little before the earliest end, and not seldom: it may have become faster', () => {
  const expected = { recorded: [18, 20, 22] };
  expect(pauseAfter(0, expected)).toBe(5);
  expect(pauseAfter(15, expected)).toBeCloseTo(1);
  expect(pauseAfter(20, expected)).toBeCloseTo(0.4);
  expect(followed(4, expected)).toEqual({ looks: 2, late: 1 });
});

it('goes back to the eighth when it takes longer than ever', () => {
  const expected = { recorded: [20, 20, 20, 20, 20] };
  const pauses: number[] = [];
  for (let at = 19; at < 60; ) {
    const pause = pauseAfter(at, expected);
    pauses.push(pause);
    at += pause;
  }
  expect(pauses.at(-1)).toBeGreaterThan(4);
  expect(followed(90, expected).looks).toBeLessThan(followed(90, UNKNOWN).looks);
});

it('is not led astray for long by one record that is far too short or too long', () => {
  for (const wrong of [0.1, 400]) {
    const { looks, late } = followed(20, { recorded: [20, 21, wrong, 20, 19] });
    expect(looks).toBeLessThan(followed(20, UNKNOWN).looks);
    expect(late).toBeLessThan(2.5);
  }
  expect(followed(20, { recorded: [400] }).late).toBeLessThanOrEqual(40);
});

it('keeps to the longest pause of whoever wants to see what goes on', () => {
  const expected = { recorded: [70, 70], longestPauseInSeconds: 4 };
  expect(pauseAfter(0, expected)).toBe(4);
  expect(pauseAfter(300, expected)).toBe(4);
});

it('tells how late a look was at most from the look before it', () => {
  expect(latestBy(16, UNKNOWN)).toBeLessThanOrEqual(2);
  expect(latestBy(16, UNKNOWN)).toBeGreaterThan(0);
  expect(latestBy(4, { recorded: [20, 20] })).toBe(4);
});
