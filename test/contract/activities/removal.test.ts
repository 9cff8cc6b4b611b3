import { describe, expect, it } from 'vitest';
import { openRun } from '../../../src/activities/open-run.ts';
import { removeResources } from '../../../src/activities/remove-resources.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import { NO_OPTIONS, type OpenAnswer, type StepAnswer } from '../../../src/domain/run.ts';
import type { EnvironmentState } from '../../../src/domain/state.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { type BegunRun, begunRun } from '../../helpers/begun-run.ts';
import { type SimulatedEnvironment, simulatedEnvironment } from './simulated.ts';

const ASKED = { keepData: false, leftBehind: null, include: [], confirmed: true };

interface Deletion {
  readonly cloud: SimulatedEnvironment;
  readonly run: BegunRun;
  open(): Promise<OpenAnswer>;
  plan(): Promise<Plan>;
  /** Calls the activity until it is done, as the orchestration does. */
  remove(): Promise<StepAnswer>;
  state(): Promise<EnvironmentState>;
  /** Names of what is there. */
  there(): readonly string[];
  failures(): readonly string[];
}

/** Steps 1 to 8 deployed on a simulator, and a run that is to delete all of it. */
async function deletion(changes: Partial<DeploymentConfig> = {}): Promise<Deletion> {
  const cloud = await simulatedEnvironment();
  await cloud.runAll();
  const run = await begunRun({
    azure: () => cloud.azure,
    config: { ...cloud.config, ...changes },
    options: { ...NO_OPTIONS, autoApprove: true, destroy: ASKED },
  });
  const { stores, services, input } = run;
  const { resources, steps, subscription_id, resource_group } = cloud.state;
  await updateState(stores.state, (state) => ({ ...state, resources, steps, subscription_id, resource_group }));
  const activity = removeResources(services);
  return {
    cloud,
    run,
    open: () => openRun(services, [])(input),
    async plan() {
      const plan = await stores.runs.plan(input.runId);
      if (!plan) throw new Error('there is no plan');
      return plan;
    },
    async remove() {
      for (let callNumber = 1; callNumber < 500; callNumber += 1) {
        const answer = await activity({ ...input, callNumber });
        if (answer.kind !== 'waiting') return answer;
        run.pass(Math.max(60, answer.retryAfterInSeconds));
      }
      throw new Error('it does not end');
    },
    state: async () => (await stores.state.read()).value,
    there: () => Object.values(cloud.simulator.state().resources).map(({ id }) => id.split('/').at(-1) ?? ''),
    failures: () =>
      run.events.flatMap((event) => (event.type === 'removal_failed' ? [`${event.key} ${event.code}`] : [])),
  };
}

describe('a deletion, on the simulator', () => {
  it('takes everything that the steps made, and closes the state', async () => {
    const { open, plan, remove, state, there } = await deletion();
    expect(await open()).toMatchObject({ kind: 'remove' });
    const { resources, unseen, removal } = await plan();
    expect(resources.filter(({ action }) => action !== 'delete')).toEqual([]);
    expect(removal).toEqual({ leftBehind: null, deletesData: true });
    expect(unseen).toEqual([]);
    expect(resources.find(({ key }) => key === 'postgresql')?.data).toMatchObject({
      size: expect.stringMatching(/ GB$/),
    });
    expect(await remove()).toEqual({ kind: 'completed' });
    expect(there()).toEqual([]);
    expect(await state()).toMatchObject({ resources: {}, steps: {}, closed: { kept_data: false } });
  });

  it('that fails in the middle leaves what needs it, and another one goes on', async () => {
    const { cloud, open, remove, state, there, failures } = await deletion();
    await open();
    const fault = { kind: 'failOperation', code: 'InternalServerError', message: 'no' } as const;
    cloud.simulator.addFault({ match: { method: 'DELETE', path: 'redisEnterprise/[^/]+$' }, fault });
    expect(await remove()).toMatchObject({ kind: 'failed', code: 'removal_incomplete' });
    expect(failures()).toHaveLength(1);
    expect(failures()[0]).toMatch(/^redis /);
    expect(Object.keys((await state()).resources)).toEqual(expect.arrayContaining(['redis', 'resource-group']));
    expect(Object.keys((await state()).resources)).not.toContain('key-vault');
    expect(there().length).toBeGreaterThan(0);
  });

  it('that hangs is given up; one that comes back is told', async () => {
    const { cloud, open, remove, failures } = await deletion();
    await open();
    const { simulator } = cloud;
    simulator.addFault({
      match: { method: 'DELETE', path: 'redisEnterprise/[^/]+$' },
      fault: { kind: 'neverEndingOperation' },
    });
    simulator.addFault({ match: { method: 'DELETE', path: 'workspaces/[^/]+$' }, fault: { kind: 'comesBack' } });
    expect(await remove()).toMatchObject({ kind: 'failed' });
    expect(failures().toSorted()).toEqual(['redis OperationTimedOut', 'workspace resource_came_back']);
  });

  it('is refused by its plan where a policy denies it, and nothing was deleted', async () => {
    const { cloud, open, plan, there, state } = await deletion();
    const group = (await state()).resources['resource-group']?.id ?? '';
    const definition = `${group.split('/').slice(0, 3).join('/')}/providers/Microsoft.Authorization/policyDefinitions/keep-vaults`;
    const RULE = 'policyRule';
    const rule = JSON.parse(
      '{"if": {"field": "type", "equals": "Microsoft.KeyVault/vaults"}, "then": {"effect": "denyAction", "details": {"actionNames": ["delete"]}}}',
    );
    await cloud.azure.arm.put(definition, '2023-04-01', {
      properties: { policyType: 'Custom', mode: 'Indexed', [RULE]: rule },
    });
    await cloud.azure.arm.put(`${group}/providers/Microsoft.Authorization/policyAssignments/keep`, '2023-04-01', {
      properties: { policyDefinitionId: definition, displayName: 'Vaults stay' },
    });
    const before = there().length;
    expect(await open()).toEqual({ kind: 'failed' });
    expect((await plan()).resources.find(({ action }) => action === 'forbidden')?.reason).toContain(
      'Vaults stay denies',
    );
    expect(there()).toHaveLength(before);
  });

  it('leaves a server with the database of others in it, and a rule that is preserved; another rule goes with it', async () => {
    const { cloud, open, plan, state } = await deletion({ preserve: ['postgresql firewallRules[office]'] });
    const { postgresql } = (await state()).resources;
    const put = async (path: string, properties: JsonObject): Promise<void> =>
      await cloud.finish(await cloud.azure.arm.put(`${postgresql?.id}/${path}`, '2026-10-01', { properties }));
    const server = async (): Promise<readonly unknown[]> => {
      await open();
      const line = (await plan()).resources.find(({ key }) => key === 'postgresql');
      return [line?.action, line?.reason];
    };
    await put('firewallRules/visitors', { startIpAddress: '203.0.113.7', endIpAddress: '203.0.113.7' });
    expect(await server()).toEqual(['delete', expect.stringContaining('with what others made in it: visitors')]);
    await put('firewallRules/office', { startIpAddress: '203.0.113.1', endIpAddress: '203.0.113.2' });
    expect(await server()).toEqual(['left_behind', expect.stringContaining('in it others have office')]);
    await put('databases/theirs', { charset: 'UTF8', collation: 'en_US.utf8' });
    expect(await server()).toEqual([
      'left_behind',
      expect.stringMatching(/others have (office, theirs|theirs, office)/),
    ]);
  });

  it('leaves the action group of Azure where an alert of somebody names it', async () => {
    const { cloud, open, plan, remove, there, state } = await deletion();
    const group = (await state()).resources['resource-group']?.id ?? '';
    const name = 'Application Insights Smart Detection';
    const alert = `${group}/providers/Microsoft.Insights/metricAlerts/cpu`;
    await cloud.azure.arm.put(alert, '2018-03-01', {
      location: 'global',
      properties: {
        enabled: true,
        severity: 3,
        scopes: [group],
        criteria: {},
        evaluationFrequency: 'PT1M',
        windowSize: 'PT5M',
        actions: [{ actionGroupId: `${group}/providers/microsoft.insights/actionGroups/${name}` }],
      },
    });
    await open();
    const { resources } = await plan();
    expect(resources.find(({ key }) => key === name)).toMatchObject({
      action: 'keep',
      reason: 'made by Azure with app-insights; cpu, which stays, needs it',
    });
    expect(await remove()).toEqual({ kind: 'completed' });
    expect(there().toSorted()).toEqual([name, 'cpu', cloud.config.azure.resourceGroup].toSorted());
  });

  it('finds what Azure made for a component that an earlier run has deleted', async () => {
    const { cloud, run, open, plan, remove, there, state } = await deletion();
    const { 'app-insights': component, ...resources } = (await state()).resources;
    await cloud.azure.arm.delete(component?.id ?? '', '2020-02-02');
    await updateState(run.stores.state, (current) => ({ ...current, resources }));
    await open();
    const found = (await plan()).resources.filter(({ after }) => after);
    expect(found.map(({ action, reason }) => [action, reason])).toEqual([
      ['delete', 'made by Azure, with what is gone'],
      ['delete', 'made by Azure, with what is gone'],
    ]);
    expect(await remove()).toEqual({ kind: 'completed' });
    expect(there()).toEqual([]);
  });
});
