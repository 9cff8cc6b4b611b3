import { describe, expect, it } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import { type Drift, repairingSteps } from '../../../src/domain/drift.ts';
import type { PlannedResource } from '../../../src/domain/plan-schema.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import { type DriftSources, findDrift, ownedResources } from '../../../src/planning/drift/find-drift.ts';
import { POSTGRESQL_FIREWALL_RULE } from '../../../src/resources/postgresql-firewall-rule.ts';
import { CHANGES_BY_HAND, handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { type Application, deployed } from './example-application.ts';

const STEPS = createSteps();
/** As `repairingSteps` are walked by the schedule. */
const LATE = ['run_migrations', 'deploy_application_services', 'configure_environment_variables', 'verify_deployment'];

async function drift({ environment }: Application): Promise<readonly Drift[]> {
  const { azure, config, state } = environment;
  const sources: DriftSources = { azure, environment: 'default', config, state };
  return await findDrift(sources, ownedResources(sources, STEPS));
}

function places(found: readonly Drift[]): readonly string[] {
  return found
    .map(
      ({ key, path }) => `${key}${path === '' ? '' : ` ${path.replace(/revisions\[[^\]]+\]/, 'revisions[SERVING]')}`}`,
    )
    .sort();
}

/** As the plan of a repair names what it deletes. */
function removals(found: readonly Drift[]): readonly PlannedResource[] {
  const { type } = POSTGRESQL_FIREWALL_RULE;
  const isForeign = ({ id, expected, repaired }: Drift): boolean =>
    repaired && expected === '(none)' && /\/firewallRules\/[^/]+$/.test(id);
  return found.filter(isForeign).map(({ key, path, id }) => ({ key: `${key} ${path}`, id, type, action: 'delete' }));
}

async function repair(app: Application, found: readonly Drift[]): Promise<void> {
  const names = repairingSteps(found);
  const steps = [...STEPS].filter(({ name }) => names.includes(name));
  steps.sort((one, other) => LATE.indexOf(one.name) - LATE.indexOf(other.name));
  for (const step of steps) {
    await app.environment.runStep(step, {
      source: await app.source(),
      options: { ...OPTIONS, adopt: true },
      plannedRemovals: async () => removals(found),
      secrets: { literal: () => undefined, environment: (name) => `value of ${name}` },
    });
  }
}

const OPTIONS = { ...NO_OPTIONS, autoApprove: true, refresh: true };

describe('drift', () => {
  it('is none right after a deployment, with every resource looked at and nothing written', async () => {
    const app = await deployed();
    expect(await drift(app)).toEqual([]);
    expect(app.environment.newWrites()).toEqual([]);
    const read = new Set(app.environment.simulator.requests().map(({ path }) => path.toLowerCase()));
    const unread = Object.values(app.environment.state.resources).filter(({ id }) => !read.has(id.toLowerCase()));
    expect(unread).toEqual([]);
  });

  it.each(CHANGES_BY_HAND)(
    'names exactly $title, and its repair leaves what is not ours and nothing else',
    async (change) => {
      const app = await deployed();
      const { simulator, azure, config } = app.environment;
      const group = `/subscriptions/${simulator.subscriptionId}/resourceGroups/${config.azure.resourceGroup}`;
      await change.make(handOf(azure.arm, group));
      const found = await drift(app);
      expect(places(found)).toEqual([...change.drift].sort());
      expect(JSON.stringify(found)).not.toContain('added-by-hand');
      if (change.found !== undefined) expect(found.map((one) => one.found)).toEqual([change.found]);
      for (const one of found) expect(one.expected).not.toBe(one.found);
      expect(found.filter(({ repaired }) => repaired)).toEqual(change.stays ? [] : found);
      await repair(app, found);
      expect(await drift(app)).toEqual(change.stays ? found : []);
    },
  );
});
