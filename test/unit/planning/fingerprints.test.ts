import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { outputSymbol, recordedOutputs } from '../../../src/domain/outputs.ts';
import { environmentStateSchema } from '../../../src/domain/state.ts';
import type { StepName } from '../../../src/domain/steps.ts';
import { desiredNow, stepBasis } from '../../../src/planning/step-basis.ts';
import type { SourceTree } from '../../../src/source/ports.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';

interface RecordedStep {
  /** Names with the first digits of their hashes. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** In the order in which they are read: a reason names the first ones. */
  readonly consumed: readonly string[];
  readonly resources: readonly string[];
}

interface Recording {
  readonly states: Readonly<Record<string, unknown>>;
  readonly cases: Readonly<
    Record<
      string,
      {
        readonly state: string;
        readonly hasSource: boolean;
        readonly config: DeploymentConfig;
        readonly steps: Readonly<Record<StepName, RecordedStep>>;
      }
    >
  >;
}

const FILE = new URL('../../fixtures/fingerprints/steps-5b07673.json', import.meta.url);
const { states, cases } = JSON.parse(readFileSync(FILE, 'utf8')) as Recording;
const HASH_DIGITS = 16;

/** Sources in which some migrations have their files. */
const SOURCE: Partial<SourceTree> = {
  location: '/source',
  exists: async (path) => path.endsWith('alembic.ini'),
  imageDigest: async ({ service }) => `digest of ${service}`,
  problems: async () => [],
};

describe.each(Object.entries(cases))('what the steps depend on (%s)', (_, recorded) => {
  it.each(createSteps().map((step) => [step.name, step] as const))(
    'is for %s what it always was',
    async (name, step) => {
      const fake = fakeAzure();
      const key = { name: 'key', value: 'a key', id: 'https://kv/secrets/x/1', tags: {} };
      const { config } = recorded;
      const state = environmentStateSchema.parse(states[recorded.state]);
      const desired = desiredNow(step, 'default', config, recordedOutputs(state, outputSymbol));
      const { dependencies, consumed } = await stepBasis(step, 'default', {
        azure: { ...fake.azure, vault: () => ({ get: async () => key }) as never },
        config,
        state,
        source: recorded.hasSource ? (SOURCE as SourceTree) : undefined,
        secrets: { literal: (path) => `value of ${path}`, environment: (variable) => `value of ${variable}` },
      });
      const hashes = Object.entries(dependencies).map(([one, { hash }]) => [one, hash.slice(0, HASH_DIGITS)]);
      expect({
        dependencies: Object.fromEntries(hashes),
        consumed: consumed.map((one) => `${one.step}.${one.output}`),
        // What is wanted as Azure makes it is none of what a step depends on.
        resources: desired.filter(({ asFound }) => !asFound).map((resource) => `${resource.key} of ${resource.step}`),
      }).toEqual(recorded.steps[name]);
    },
  );
});
