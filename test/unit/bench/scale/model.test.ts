import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { ServedRun } from '../../../../bench/runs/served-runs.ts';
import {
  actions,
  controlMessages,
  demandOf,
  demandsOf,
  hubOperations,
  slotSeconds,
} from '../../../../bench/scale/demand.ts';
import { capacities, ENGINES, SCHEDULER, STORAGE, WIDE_STORAGE } from '../../../../bench/scale/model.ts';
import { roundDemand } from './demands.ts';

const COUNTED: ServedRun = {
  orchestrations: 1,
  subOrchestrations: 2,
  continuations: 0,
  turns: 9,
  activitySeconds: [1, 2],
  timersFired: 3,
  externalEvents: 1,
  seconds: 4,
  operations: { write: 1, read: 2, list: 3, other: 4, free: 5 },
  requests: { resourceManager: { reads: 7, writes: 2, deletes: 1 }, vault: { creates: 1, others: 9 } },
};

it('a run is what was counted', () => {
  const run = demandOf(COUNTED);
  expect(run).toMatchObject({ activities: 2, activitySeconds: 3, blobOperations: 15, seconds: 4 });
  // Three starts, two results of activities, two of sub-orchestrations, three timers, one event; two calls of activities.
  expect(controlMessages(run)).toBe(11);
  expect(actions(run)).toBe(13);
  expect(hubOperations(run)).toBe(13 * 3 + 9 * 2);
  expect(slotSeconds(run)).toBeCloseTo(3 + 20 * 0.1);
});

it('only what a run takes beyond one without changes is longer on Azure', () => {
  const { first, daily, noop } = demandsOf(
    { first: { ...COUNTED, seconds: 30 }, daily: { ...COUNTED, seconds: 2 }, noop: { ...COUNTED, seconds: 3 } },
    20,
  );
  expect([first.seconds, daily.seconds, noop.seconds]).toEqual([3 + 27 * 20, 3, 3]);
});

it('the published example of three activities is seven actions', () => {
  expect(actions(roundDemand({ activities: 3, timersFired: 0 }))).toBe(7);
});

it('the app has as many partitions as its host.json says', async () => {
  const host: unknown = JSON.parse(await readFile(new URL('../../../../host.json', import.meta.url), 'utf8'));
  expect(host).toMatchObject({
    extensions: { durableTask: { storageProvider: { partitionCount: STORAGE.partitions } } },
  });
});

it('what limits first is what the run asks most of', () => {
  const limit = (parts: Parameters<typeof roundDemand>[0], engine = STORAGE, instances = 10): unknown =>
    capacities(engine, instances, roundDemand(parts))[0];
  expect(limit({ activitySeconds: 1000 })).toEqual({ resource: 'activity slots', runsAnHour: 360 });
  expect(limit({ resourceManager: { reads: 0, writes: 100, deletes: 0 } })).toEqual({
    resource: 'Resource Manager, writes',
    runsAnHour: 360,
  });
  expect(limit({ vault: { creates: 1500, others: 0 }, activitySeconds: 0 }, STORAGE, 1000)).toEqual({
    resource: 'vaults, secrets set',
    runsAnHour: 360,
  });
  expect(limit({ blobOperations: 2e6 })).toMatchObject({ resource: 'storage account' });
  expect(limit({ timersFired: 1e5 })).toMatchObject({ resource: 'responses processed' });
  expect(limit({ timersFired: 1e5 }, SCHEDULER)).toMatchObject({ resource: 'scheduler' });
});

it('more instances than partitions process no more responses, and more partitions do', () => {
  const responses = (engine: typeof STORAGE, instances: number): number | undefined =>
    capacities(engine, instances, roundDemand()).find(({ resource }) => resource === 'responses processed')?.runsAnHour;
  expect(responses(STORAGE, 2)).toBe((responses(STORAGE, 1) ?? 0) * 2);
  expect(responses(STORAGE, 100)).toBe(responses(STORAGE, 4));
  expect(responses(WIDE_STORAGE, 100)).toBe((responses(STORAGE, 4) ?? 0) * 4);
});

it('no engine does fewer runs with more instances, and what a run does not touch limits nothing', () => {
  for (const engine of ENGINES) {
    const [one, ten, hundred] = [1, 10, 100].map((instances) => capacities(engine, instances, roundDemand())[0]);
    expect(ten?.runsAnHour).toBeGreaterThanOrEqual(one?.runsAnHour ?? Number.POSITIVE_INFINITY);
    expect(hundred?.runsAnHour).toBeGreaterThanOrEqual(ten?.runsAnHour ?? Number.POSITIVE_INFINITY);
    const names = capacities(engine, 1, roundDemand()).map(({ resource }) => resource);
    expect(names.filter((name) => /Resource Manager|vault/.test(name))).toEqual([]);
  }
});
