import { expect, it } from 'vitest';
import {
  type Durations,
  durationsOf,
  operationKind,
  withDurations,
} from '../../../../src/domain/durations/durations.ts';

const build = (service: string) => operationKind('build', 'eastus', service);
const seen = (service: string, seconds: number) => ({ ...build(service), seconds, lateInSeconds: 0 });

it('keeps the last five of each subject', () => {
  const durations = withDurations(
    {},
    [1, 2, 3, 4, 5, 6.123].map((seconds) => seen('api', seconds)),
  );
  expect(durationsOf(durations, build('api'))).toEqual([2, 3, 4, 5, 6.12]);
});

it('knows of what was never there the last of each other one of its kind, in its region', () => {
  const durations = withDurations({}, [seen('api', 70), seen('api', 80), seen('web', 30)]);
  expect(durationsOf(durations, build('new'))).toEqual([80, 30]);
  expect(durationsOf(durations, build('web'))).toEqual([30]);
  expect(durationsOf(durations, operationKind('build', 'westeurope', 'web'))).toEqual([]);
  expect(durationsOf(durations, operationKind('healthy', 'eastus', 'web'))).toEqual([]);
});

it('forgets the subjects that were not seen for longest, and leaves what it was given as it was', () => {
  const before: Durations = withDurations({}, [seen('first', 1)]);
  const after = withDurations(
    before,
    Array.from({ length: 100 }, (_, number) => seen(`s${number}`, 2)),
  );
  expect(Object.keys(Object.values(after)[0] ?? {})).toHaveLength(100);
  expect(durationsOf(after, build('first'))).not.toContain(1);
  expect(durationsOf(before, build('first'))).toEqual([1]);
});

it('takes a name for a name, also one that every object has', () => {
  for (const name of ['constructor', '__proto__']) {
    expect(durationsOf(withDurations({}, [seen('api', 4)]), build(name))).toEqual([4]);
    const durations = withDurations(withDurations({}, [seen(name, 7)]), [seen(name, 8)]);
    expect(durationsOf(durations, build(name))).toEqual([7, 8]);
    expect(durationsOf(JSON.parse(JSON.stringify(durations)), build(name))).toEqual([7, 8]);
  }
});
