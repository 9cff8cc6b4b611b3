import { expect, it } from 'vitest';
import type { StepResource } from '../../../src/domain/desired.ts';
import type { PlannedResource } from '../../../src/domain/plan-schema.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import { emptyState } from '../../../src/domain/state.ts';
import { planWrite } from '../../../src/planning/plan-write.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { resourceRules } from '../../helpers/resource-rules.ts';

const body = (image: string, mode: string) => ({ properties: { image, mode } });
const ID = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.App/containerApps/web';

/** A line for an app whose mode somebody made odd, and which step 12 sets back; its image is wanted as given. */
function lineFor(image: string): PlannedResource {
  const resource: StepResource = {
    ...{ key: 'app', title: 'app', step: 'deploy_application_services', id: ID, kind: resourceRules() },
    body: body(image, 'live'),
  };
  const record = {
    ...{ id: ID, type: resource.kind.type, step: resource.step, holds_data: false, immutable: {} },
    applied: body('old', 'live'),
  };
  return planWrite(
    {
      resource,
      by: ['deploy_application_services', 'configure_environment_variables'],
      variants: new Map(),
      finishedBy: [],
      repairs: new Map([['configure_environment_variables', ['properties.mode']]]),
    },
    {
      ...{ live: { id: ID, ...body('old', 'odd') }, record, isTaken: false },
      running: [
        { step: 'deploy_application_services', isCertain: true },
        { step: 'configure_environment_variables', isCertain: false },
      ],
    },
    {
      ...{
        environment: 'default',
        config: deploymentConfig(),
        options: NO_OPTIONS,
        state: { ...emptyState('default'), resources: { app: record } },
      },
      ...{
        wanted: [],
        omitted: new Set(),
        kept: new Map(),
        planned: [],
        found: undefined,
        live: new Map(),
        needed: new Map(),
        locks: [],
        dangers: [],
      },
    },
    (action, more) => ({ key: 'app', id: ID, type: resource.kind.type, action, ...more }),
  );
}

const MODE = { path: 'properties.mode', from: 'odd', to: 'live' };

it('what a later step sets back is listed with the write of another field', () => {
  const { maybe, ...line } = lineFor('new');
  expect(line).toMatchObject({ action: 'update', changes: [{ path: 'properties.image' }, MODE] });
  expect(maybe).toBeUndefined();
});

it('what a later step sets back depends on that step where nothing else is written', () => {
  expect(lineFor('old')).toMatchObject({ changes: [MODE], maybe: ['configure_environment_variables'] });
});
