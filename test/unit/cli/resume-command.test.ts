import { expect, it } from 'vitest';
import { NO_RUN_OPTIONS } from '../../../src/cli/no-run-options.ts';
import type { DeployOptions } from '../../../src/cli/options.ts';
import { resumeCommand } from '../../../src/cli/resume-command.ts';
import { RUN_OPTIONS } from '../../../src/domain/runs/run-options.ts';

const OPTIONS: DeployOptions = {
  ...NO_RUN_OPTIONS,
  config: 'c.yaml',
  configGiven: true,
  allowUnknownKeys: false,
  environment: 'prod',
  var: {},
  simulate: false,
  simulatorProfile: 'instant',
  simulatorSpeed: 1,
  output: undefined,
  verbose: false,
  remote: undefined,
  key: undefined,
};

it('the command that goes on with a deployment asks for all that the deployment was asked for', () => {
  const asked: DeployOptions = {
    ...OPTIONS,
    from: 'staging',
    expires: '72h',
    autoApprove: true,
    forceStep: ['create_databases', 'verify_deployment'],
    forceAll: true,
    refresh: true,
    adopt: true,
    acceptCost: true,
    allowReplace: ['postgresql', 'it’s'],
  };
  const command = resumeCommand(asked, ['draftgenie-deploy']);
  expect(command).toBe(
    "draftgenie-deploy --config c.yaml --resume --environment prod --from staging --expires 72h --auto-approve --force-step create_databases --force-step verify_deployment --force-all --refresh --adopt --accept-cost --allow-replace postgresql --allow-replace 'it’s'",
  );
  // Whatever adds work or allows something is among it.
  const flags = Object.entries(RUN_OPTIONS).flatMap(([name, rule]) =>
    rule.class === 'work' || rule.class === 'permission' ? [name.replace(/s$/, '').replaceAll(/[A-Z]/g, '-$&')] : [],
  );
  for (const flag of flags) expect(command).toContain(`--${flag.toLowerCase()}`);
});

it('the command that goes on with anything else is that of the words', () => {
  expect(resumeCommand(OPTIONS, ['draftgenie-deploy', 'drift', '--fix'])).toBe(
    'draftgenie-deploy drift --fix --config c.yaml --environment prod',
  );
});
