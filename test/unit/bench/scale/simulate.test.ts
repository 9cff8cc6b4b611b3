import { describe, expect, it } from 'vitest';
import { AT_ONCE, DAYS, fairness, simulateDay } from '../../../../bench/scale/days.ts';
import { slotSeconds } from '../../../../bench/scale/demand.ts';
import { EventQueue } from '../../../../bench/scale/event-queue.ts';
import { SCHEDULER, STORAGE } from '../../../../bench/scale/model.ts';
import { seeded } from '../../../../bench/scale/random.ts';
import { type Arrival, simulate } from '../../../../bench/scale/simulate.ts';
import type { Service } from '../../../../bench/scale/station.ts';
import { TokenBucket } from '../../../../bench/scale/token-bucket.ts';
import { ROUND_DEMANDS, roundDemand } from './demands.ts';

const SEEDS = [1, 2, 3];

describe.each(SEEDS)('ten busy minutes of two hundred environments, seed %i', (seed) => {
  for (const engine of [STORAGE, SCHEDULER]) {
    const services: Service[] = [];
    const arrivals = busyMinutes(seed);
    const day = simulate({ engine, instances: 1, demands: ROUND_DEMANDS }, arrivals, seed, (one) => services.push(one));

    it(`${engine.name}: all work that came in was done, once, and no more`, () => {
      expect(day.runs).toHaveLength(arrivals.length);
      expect(new Set(day.runs.map(({ environment, at, kind }) => `${environment} ${at} ${kind}`)).size).toBe(
        arrivals.length,
      );
      const asked = arrivals.reduce((sum, { kind }) => sum + ROUND_DEMANDS[kind].activities, 0);
      expect(day.calls).toBe(asked);
      const { activities } = ROUND_DEMANDS.noop;
      const looks = (day.looks * ROUND_DEMANDS.noop.activitySeconds) / activities;
      const seconds = arrivals.reduce((sum, { kind }) => sum + slotSeconds(ROUND_DEMANDS[kind]), looks);
      expect(day.slotSeconds).toBeCloseTo(seconds, 3);
      expect(services.reduce((sum, { from, to }) => sum + to - from, 0)).toBeCloseTo(seconds, 3);
    });

    it(`${engine.name}: no slot is taken twice at a time, and there are no more than there are`, () => {
      for (const own of Map.groupBy(services, ({ place }) => place).values()) {
        const sorted = own.toSorted((one, other) => one.from - other.from);
        for (const [index, { from }] of sorted.entries()) {
          expect(from).toBeGreaterThanOrEqual(sorted[index - 1]?.to ?? 0);
        }
      }
      expect(new Set(services.map(({ place }) => place)).size).toBe(10);
    });

    it(`${engine.name}: Little's law holds wherever something waits`, () => {
      expect(day.waiting.slots.most).toBeGreaterThan(0);
      expect(day.waiting.environments.most).toBeGreaterThan(0);
      for (const { area, waited } of Object.values(day.waiting)) expect(area).toBeCloseTo(waited, 3);
    });

    it(`${engine.name}: an environment does one run at a time, in the order in which they came`, () => {
      for (const own of Map.groupBy(day.runs, ({ environment }) => environment).values()) {
        const ended = own.map(({ at }) => at);
        expect(ended).toEqual(ended.toSorted((one, other) => one - other));
      }
    });
  }

  it('the same seed is the same day', () => {
    const again = (): unknown =>
      simulate({ engine: STORAGE, instances: 2, demands: ROUND_DEMANDS }, busyMinutes(seed), seed);
    expect(again()).toEqual(again());
  });
});

it('a run alone takes the time that it was counted to take', () => {
  const arrivals: readonly Arrival[] = [{ at: 50, environment: 'one', kind: 'first' }];
  const { runs } = simulate({ engine: STORAGE, instances: 4, demands: ROUND_DEMANDS }, arrivals, 1);
  expect((runs[0]?.finishedAt ?? 0) - 50).toBeCloseTo(ROUND_DEMANDS.first.seconds, 3);
});

it('a bucket gives what is in it at once, and then no more than comes in, in the order of asking', () => {
  const clock = new EventQueue();
  const bucket = new TokenBucket(clock, 10, 2);
  const given: [number, number][] = [];
  for (let number = 0; number < 14; number += 1) bucket.take(1, () => given.push([number, clock.now]));
  clock.plan(100, () => bucket.take(10, () => given.push([14, clock.now])));
  clock.run();
  expect(given.slice(0, 10).every(([, at]) => at === 0)).toBe(true);
  expect(given.slice(10)).toEqual([
    [10, 0.5],
    [11, 1],
    [12, 1.5],
    [13, 2],
    [14, 100],
  ]);
});

it('events come in the order of their time, and those of one moment as they were planned', () => {
  const random = seeded(7);
  const clock = new EventQueue();
  const seen: { readonly at: number; readonly order: number }[] = [];
  for (let order = 0; order < 2000; order += 1) {
    const at = Math.floor(random() * 50);
    clock.plan(at, () => seen.push({ at, order }));
  }
  clock.run();
  expect(seen).toHaveLength(2000);
  expect(seen).toEqual(seen.toSorted((one, other) => one.at - other.at || one.order - other.order));
});

it('an environment that starts a hundred runs holds others up less than it would without queues', () => {
  const demands = {
    ...ROUND_DEMANDS,
    daily: roundDemand({ resourceManager: { reads: 200, writes: 4, deletes: 1 }, activitySeconds: 1 }),
  };
  const [, alone, queued, unqueued] = DAYS.map((day) => simulateDay(day, STORAGE, demands, 500));
  expect(queued?.runs).toBe(601);
  expect(queued?.ninetyNinth).toBeLessThan((alone?.ninetyNinth ?? 0) * 1.05);
  expect(unqueued?.fairness).toBeGreaterThan((queued?.fairness ?? Number.NaN) * 1.05);
  // Its own runs wait for each other.
  expect(queued?.greedyLast).toBeGreaterThan(100 * demands.daily.seconds);
  expect(queued?.mostWaiting.environments).toBe(100);
});

it('fairness is how much longer the slowest environment took than the median one', () => {
  const run = (environment: string, at: number, finishedAt: number): Parameters<typeof fairness>[0][number] => ({
    environment,
    at,
    finishedAt,
    kind: 'noop',
  });
  expect(fairness([run('a', 0, 2), run('b', 1, 3), run('c', 0, 4), run('c', 0, 8)])).toBe(3);
});

it('ten thousand environments at the same moment all get their turn', () => {
  const { runs, mostWaiting } = simulateDay(AT_ONCE, SCHEDULER, ROUND_DEMANDS);
  expect(runs).toBe(10_000);
  expect(mostWaiting.partitions).toBeGreaterThan(9000);
});

/** Some environments get several runs at a time. */
function busyMinutes(seed: number): readonly Arrival[] {
  const random = seeded(seed);
  const kinds = ['first', 'daily', 'noop', 'noop'] as const;
  return Array.from({ length: 400 }, () => ({
    at: random() * 600,
    environment: `environment-${Math.floor(random() * 200)}`,
    kind: kinds[Math.floor(random() * kinds.length)] ?? 'noop',
  })).toSorted((one, other) => one.at - other.at);
}
