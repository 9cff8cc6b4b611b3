import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readmeWithSteps } from '../../../scripts/steps-section.ts';
import { outputReference } from '../../../src/domain/outputs.ts';
import { STEPS } from '../../../src/domain/steps.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';

it('the steps are listed in the order of their numbers, from 1', () => {
  expect(STEPS.map(({ number }) => number)).toEqual(STEPS.map((_, index) => index + 1));
});

it('an output tells its step: no name is of two', () => {
  const names = STEPS.flatMap(({ outputs = [], families = {} }) => [...outputs, ...Object.keys(families)]);
  expect(names.length).toBeGreaterThan(STEPS.length);
  expect(new Set(names).size).toBe(names.length);
  expect(outputReference(['vaultUri'])).toEqual({ step: 'create_key_vault', output: 'vaultUri' });
});

it('families whose members are recorded under one prefix are told apart by their names', () => {
  const revisions = (['app', 'infrastructureApp', 'servingRevision'] as const).map((family) =>
    outputReference([family, 'api']),
  );
  expect(revisions).toEqual([
    { step: 'deploy_application_services', output: 'app.api' },
    { step: 'deploy_infrastructure_services', output: 'app.api' },
    { step: 'configure_environment_variables', output: 'app.api' },
  ]);
});

it('a step consumes what steps before it leave', () => {
  const before = (name: string): ReadonlySet<string> => {
    const direct = STEPS.find((step) => step.name === name)?.dependsOn ?? [];
    return new Set([...direct, ...direct.flatMap((earlier) => [...before(earlier)])]);
  };
  const consumed = STEPS.flatMap(({ name, consumes }) =>
    (consumes?.(deploymentConfig()) ?? []).map((output) => ({ name, from: outputReference(output).step })),
  );
  expect(consumed.length).toBeGreaterThan(0);
  expect(consumed.filter(({ name, from }) => !before(name).has(from))).toEqual([]);
});

it('are in the README as they are defined (npm run steps writes it)', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  expect(readme).toBe(readmeWithSteps(readme));
});
