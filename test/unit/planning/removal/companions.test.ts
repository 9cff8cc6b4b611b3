import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../../src/azure/errors.ts';
import type { ArmResource } from '../../../../src/azure/ports.ts';
import type { PlannedResource } from '../../../../src/domain/plan-schema.ts';
import { findCompanions, withCompanions } from '../../../../src/planning/removal/companions.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

const GROUP = '/subscriptions/s/resourceGroups/shop';
const COMPONENT = `${GROUP}/providers/Microsoft.Insights/components/appi`;
const RULE_TYPE = 'microsoft.alertsmanagement/smartdetectoralertrules';
const RULE = `${GROUP}/providers/${RULE_TYPE}/failure anomalies - appi`;
const ACTION_GROUP = `${GROUP}/providers/microsoft.insights/actionGroups/Application Insights Smart Detection`;
const METRIC_ALERTS = '/subscriptions/s/providers/Microsoft.Insights/metricAlerts';

const component = { id: COMPONENT, type: 'Microsoft.Insights/components' };
const rule = (properties: JsonObject = {}): ArmResource => ({
  id: RULE,
  type: RULE_TYPE,
  properties: {
    detector: { id: 'FailureAnomaliesDetector' },
    scope: [COMPONENT.toLowerCase()],
    actionGroups: { groupIds: [ACTION_GROUP.toLowerCase()] },
    ...properties,
  },
});
const actionGroup = (properties: JsonObject = {}): ArmResource => ({
  id: ACTION_GROUP,
  type: 'microsoft.insights/actiongroups',
  properties: {
    groupShortName: 'SmartDetect',
    enabled: true,
    armRoleReceivers: [{ name: 'Monitoring Reader', roleId: '43d0d8ad-25c7-4714-9337-8ba259a9fe05' }],
    emailReceivers: [],
    ...properties,
  },
});
const user = (id: string): ArmResource => ({ id, properties: { actions: [{ actionGroupId: ACTION_GROUP }] } });

const going = (key: string, { id, type }: JsonObject & { readonly id: string }): PlannedResource => ({
  key,
  id,
  type: String(type),
  action: 'delete',
});
const OURS = [
  going('group', { id: GROUP, type: 'Microsoft.Resources/resourceGroups' }),
  going('app-insights', component),
];
/** As strangers stand in a plan. */
const stranger = ({ id, type }: ArmResource): PlannedResource => ({
  ...going('stranger', { id, type: type ?? '' }),
  action: 'keep',
});

interface Cloud {
  readonly there: readonly ArmResource[];
  readonly lists?: Readonly<Record<string, readonly ArmResource[] | AzureError>>;
  readonly lines?: readonly PlannedResource[];
}

/** The lines of rule and action group: action, reason, and what goes before them. */
async function decided({ there, lists = {}, lines = OURS }: Cloud): Promise<Readonly<Record<string, unknown>>> {
  const rules = there.filter(({ type }) => type === RULE_TYPE);
  const arm = {
    get: async (id: string) => there.find((one) => one.id.toLowerCase() === id.toLowerCase()),
    async list(path: string) {
      const answer = lists[path] ?? (path.endsWith('smartDetectorAlertRules') ? rules : []);
      if (answer instanceof AzureError) throw answer;
      return answer;
    },
  };
  const companions = there.filter(({ id }) => id === RULE || id === ACTION_GROUP);
  const found = await findCompanions(arm, there, 'default');
  const after = withCompanions([...lines, ...companions.map(stranger)], found);
  expect(after).toHaveLength(lines.length + companions.length);
  const told = (id: string): unknown => {
    const { action, reason, after: before } = after.find((one) => one.id === id) ?? {};
    return before ? [action, reason, before] : [action, reason];
  };
  return { rule: told(RULE), actionGroup: told(ACTION_GROUP) };
}

const UNTOUCHED = ['keep', undefined];
const GONE = ['delete', 'made by Azure with app-insights', ['app-insights']];
const FORBIDDEN = new AzureError({ code: 'AuthorizationFailed', message: 'no', statusCode: 403 });

describe('what Azure made for something that goes', () => {
  it('goes after it, the action group after the rule that names it', async () => {
    expect(await decided({ there: [component, rule(), actionGroup()] })).toEqual({
      rule: GONE,
      actionGroup: ['delete', 'made by Azure with app-insights', ['app-insights', 'failure anomalies - appi']],
    });
  });

  it('goes with the group where its component is gone already, and nothing else stays there', async () => {
    const [group] = OURS;
    const lines = group ? [group] : [];
    expect(await decided({ there: [rule(), actionGroup()], lines })).toMatchObject({
      rule: ['delete', 'made by Azure, with what is gone', []],
      actionGroup: ['delete', 'made by Azure, with what is gone', ['failure anomalies - appi']],
    });
    const other = stranger({ id: `${GROUP}/providers/Some.Provider/things/x`, type: 'Some.Provider/things' });
    expect(await decided({ there: [rule(), actionGroup()], lines: [...lines, other] })).toEqual({
      rule: UNTOUCHED,
      actionGroup: UNTOUCHED,
    });
  });

  it('stays where the component stays', async () => {
    const lines = OURS.map((line): PlannedResource => ({ ...line, action: 'left_behind' }));
    expect(await decided({ there: [component, rule(), actionGroup()], lines })).toEqual({
      rule: UNTOUCHED,
      actionGroup: UNTOUCHED,
    });
  });

  it.each([
    ['watches something else, too', { scope: [COMPONENT, `${COMPONENT}-2`] }],
    ['watches something else', { scope: [`${COMPONENT}-2`] }],
    ['has another detector', { detector: { id: 'RequestPerformanceDegradationDetector' } }],
  ])('is no rule that %s', async (_, properties) => {
    const { rule: told, actionGroup: needed } = await decided({ there: [component, rule(properties), actionGroup()] });
    expect(told).toEqual(UNTOUCHED);
    expect(needed).toMatchObject(['keep', expect.stringContaining('failure anomalies - appi, which stays, needs it')]);
  });

  it.each([
    ['tells somebody', { emailReceivers: [{ emailAddress: 'a@b.example' }] }],
    ['tells another role', { armRoleReceivers: [{ roleId: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635' }] }],
  ])('is no action group that %s', async (_, properties) => {
    const { actionGroup: told } = await decided({ there: [component, rule(), actionGroup(properties)] });
    expect(told).toEqual(UNTOUCHED);
  });

  it('stays where an alert of somebody names it, in whichever group, with its name', async () => {
    const elsewhere = user('/subscriptions/s/resourceGroups/other/providers/Microsoft.Insights/metricAlerts/cpu');
    const found = await decided({ there: [component, rule(), actionGroup()], lists: { [METRIC_ALERTS]: [elsewhere] } });
    expect(found).toMatchObject({
      rule: GONE,
      actionGroup: ['keep', 'made by Azure with app-insights; cpu, which stays, needs it'],
    });
  });

  it('stays where it may not be seen who names it; what is not registered names nothing', async () => {
    const there = [component, rule(), actionGroup()];
    const hidden = await decided({ there, lists: { [METRIC_ALERTS]: FORBIDDEN } });
    expect(hidden.actionGroup).toMatchObject(['keep', expect.stringContaining('may not be seen who else needs it')]);
    const none = new AzureError({ code: 'MissingSubscriptionRegistration', message: 'no', statusCode: 409 });
    const free = await decided({ there, lists: { [METRIC_ALERTS]: none } });
    expect(free.actionGroup).toEqual(expect.arrayContaining(['delete']));
  });

  it('stays for a component of somebody else in the group', async () => {
    const foreign = { ...component, id: `${COMPONENT}-of-somebody` };
    const found = await decided({ there: [component, foreign, rule(), actionGroup()] });
    expect(found).toMatchObject({
      rule: GONE,
      actionGroup: ['keep', expect.stringContaining('appi-of-somebody, which stays')],
    });
  });

  it("stays where it carries another environment's tag", async () => {
    const tags = { 'managed-by': 'draftgenie-deploy', 'draftgenie-environment': 'staging' };
    const { rule: told } = await decided({ there: [component, { ...rule(), tags }] });
    expect(told).toEqual(UNTOUCHED);
  });
});
