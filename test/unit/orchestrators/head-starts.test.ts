import { expect, it } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import type { StepInput } from '../../../src/domain/function-names.ts';
import { STEPS, type StepName, stepsBefore, waitsAfterHeadStart } from '../../../src/domain/steps.ts';
import { runSchedule } from '../../../src/orchestrators/run-schedule.ts';
import { drive, type FakeTask } from '../../helpers/engine/orchestration.ts';

const AHEAD = STEPS.filter(({ headStart }) => headStart);

interface Started {
  readonly name: string;
  readonly input: StepInput;
}

/** Walks the schedule of a run that makes everything for the first time. */
function walk(endingOf: (name: string) => string) {
  const started: Started[] = [];
  const answer = (task: FakeTask): unknown => {
    if (task.kind === 'all') return task.tasks.map(answer);
    if (task.kind !== 'orchestration') throw new Error(`did not expect ${task.kind}`);
    const input = task.input as StepInput;
    if (input.step === undefined) return drive(runSchedule, task.input, answer).result;
    const name = input.headStart ? head(input.step) : input.step;
    started.push({ name, input });
    return endingOf(name);
  };
  const known = { lock: { fence: 3, acquiredAt: 't' }, done: [] };
  const input = { environment: 'default', runId: 'default-1', path: [], overlaps: true, known };
  return { result: drive(runSchedule, input, answer).result, started };
}

function head(step: StepName): string {
  return `head start of ${step}`;
}

it('lets steps begin before all that they depend on, and still start after it', () => {
  const { result, started } = walk(() => 'completed');
  const names = started.map(({ name }) => name);
  expect(AHEAD.length).toBeGreaterThan(0);
  expect([...names].sort()).toEqual([...STEPS.map(({ name }) => name), ...AHEAD.map(({ name }) => head(name))].sort());
  for (const { name, headStart } of STEPS) {
    for (const before of stepsBefore(name)) expect(names.indexOf(before), name).toBeLessThan(names.indexOf(name));
    if (!headStart) continue;
    const needed = [...headStart.dependsOn, ...(headStart.follows ?? []).map(head)];
    for (const before of needed) expect(names.indexOf(before), name).toBeLessThan(names.indexOf(head(name)));
    expect(names.indexOf(head(name))).toBeLessThan(names.indexOf(name));
  }
  // What is done is what its step says of itself.
  const { done } = result as { readonly done: readonly StepName[] };
  expect([...done].sort()).toEqual(STEPS.map(({ name }) => name).sort());
});

it('gives the calls of a head start and of its step numbers of their own', () => {
  const { started } = walk(() => 'completed');
  const first = (name: string) => started.find((one) => one.name === name)?.input.callNumber ?? Number.NaN;
  for (const { name } of AHEAD) expect(first(name) - first(head(name)), name).toBeGreaterThanOrEqual(50_000);
});

it.each(AHEAD.map(({ name }) => name))('starts neither %s nor what follows when its head start fails', (name) => {
  const { result, started } = walk((one) => (one === head(name) ? 'failed' : 'completed'));
  expect(result).toMatchObject({ outcome: 'failed' });
  const names = started.map((one) => one.name);
  for (const step of STEPS) {
    if (step.name === name || stepsBefore(step.name).has(name)) expect(names).not.toContain(step.name);
  }
});

it.each(['failed', 'stopped'])(
  'follows a step that has begun to its end where another %s, and starts no other',
  (ending) => {
    const { result, started } = walk((one) => (one === 'create_container_apps_env' ? ending : 'completed'));
    const begun = AHEAD.flatMap(({ name }) => (waitsAfterHeadStart(name) ? [] : [name]));
    expect(begun).toEqual(['create_databases']);
    const known = ['check_prerequisites', 'create_resource_group', 'create_monitoring', 'create_key_vault'];
    expect(result).toMatchObject({ outcome: ending, done: expect.arrayContaining([...known, ...begun]) });
    const names = started.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(begun));
    for (const later of ['store_secrets', 'deploy_infrastructure_services', head('store_secrets')])
      expect(names).not.toContain(later);
    expect(started.find(({ name }) => name === 'create_databases')?.input.known?.done).toContain(
      'create_resource_group',
    );
  },
);

it('is not gone on with where the storage is behind: all of it is walked again', () => {
  const { started } = walk((one) => (one === 'create_container_apps_env' ? 'behind' : 'completed'));
  expect(started.map(({ name }) => name)).not.toContain('create_databases');
});

it('is told by its step and done by its activity, or by neither', () => {
  const defined = STEPS.map(({ name, headStart }) => [name, headStart !== undefined]);
  expect(
    createSteps()
      .map(({ name, headStart }) => [name, headStart !== undefined])
      .sort(),
  ).toEqual(defined.sort());
});
