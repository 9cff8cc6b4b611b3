import { expect, it } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import { STEPS, type StepName } from '../../../src/domain/steps.ts';
import type { FactSources } from '../../../src/engine/step.ts';
import { lateDependencies } from '../../../src/planning/decide-now.ts';
import { stepBasis } from '../../../src/planning/step-basis.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';

/** All steps done by one run at one time, which is in every output that any step consumes. */
async function doneAt(timestamp: string): Promise<EnvironmentState> {
  const consumed = await Promise.all(
    createSteps().map(async (step) => (await stepBasis(step, 'default', sourcesOf(emptyState('default')))).consumed),
  );
  const outputsOf = (name: StepName) =>
    Object.fromEntries(consumed.flat().flatMap(({ step, output }) => (step === name ? [[output, timestamp]] : [])));
  const steps = STEPS.map(({ name }) => {
    const outputs = outputsOf(name);
    return [name, { ...DONE, timestamp, outputs }] as const;
  });
  return { ...emptyState('default'), steps: Object.fromEntries(steps) };
}

const DONE = { status: 'completed', dependency_hash: 'h', dependencies: {}, metadata: {}, run_id: 'a-run' } as const;

function sourcesOf(state: EnvironmentState): FactSources {
  const key = { name: 'key', value: 'a key', id: 'https://kv/secrets/x/1', tags: {} };
  return {
    azure: { ...fakeAzure().azure, vault: () => ({ get: async () => key }) as never },
    config: deploymentConfig(),
    state,
    source: undefined,
    secrets: { literal: () => 'a value', environment: () => undefined },
  };
}

it.each(createSteps().map((step) => [step.name, step] as const))(
  'what others left %s is what they left in the end, though they were done again since it began',
  async (_, step) => {
    const [before, after] = [await doneAt('2026-01-01T00:00:00Z'), await doneAt('2026-01-01T01:00:00Z')];
    const atItsStart = (await stepBasis(step, 'default', sourcesOf(before))).dependencies;
    const late = await lateDependencies(step, 'default', sourcesOf(after));
    const next = (await stepBasis(step, 'default', sourcesOf(after))).dependencies;
    expect({ ...atItsStart, ...late }).toEqual(next);
  },
);
