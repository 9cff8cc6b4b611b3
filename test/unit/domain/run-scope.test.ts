import { expect, it } from 'vitest';
import type { RunOptions } from '../../../src/domain/run.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import { outOfScope } from '../../../src/domain/runs/run-scope.ts';
import { STEP_NAMES } from '../../../src/domain/steps.ts';

const OPTIONS: RunOptions = { ...NO_OPTIONS, autoApprove: true };

function within(options: Partial<RunOptions>): readonly string[] {
  return STEP_NAMES.filter((step) => outOfScope({ ...OPTIONS, ...options }, step) === undefined);
}

it('a deployment is about all steps, a rollback about releases only', () => {
  expect(within({})).toEqual(STEP_NAMES);
  expect(within({ rollbackTo: null, onlySteps: null })).toEqual(STEP_NAMES);
  expect(within({ rollbackTo: 'default-01JD0000000000000000000001' })).toEqual([
    'deploy_infrastructure_services',
    'deploy_application_services',
    'configure_environment_variables',
    'verify_deployment',
  ]);
});

it('a run may be about some steps only, and says so of the others', () => {
  const options = { ...OPTIONS, onlySteps: ['create_monitoring' as const] };
  expect(within(options)).toEqual(['create_monitoring']);
  expect(outOfScope(options, 'create_databases')).toBe('not part of this run');
});
