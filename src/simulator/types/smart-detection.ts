import { type JsonObject, jsonAt } from '../../shared/json.ts';
import type { StoredResource } from '../store.ts';
import { provisioningState, type World } from '../world.ts';

const COMPONENT = 'Microsoft.Insights/components';
const RULE = 'Microsoft.AlertsManagement/smartDetectorAlertRules';
const ACTION_GROUP = 'Microsoft.Insights/actionGroups';
const ACTION_GROUP_NAME = 'Application Insights Smart Detection';

/** "Several minutes": https://github.com/hashicorp/terraform-provider-azurerm/issues/10563. */
const RULE_AFTER_IN_SECONDS = 300;
/** "More than an hour": https://github.com/hashicorp/terraform-provider-azurerm/pull/16170. */
const ACTION_GROUP_AFTER_IN_SECONDS = 3600;

/** Roles of the subscription that are told by mail: Monitoring Contributor and Monitoring Reader. */
const TOLD = {
  'Monitoring Contributor': '749f88d5-cbae-40b8-bcfc-e573ddc772fa',
  'Monitoring Reader': '43d0d8ad-25c7-4714-9337-8ba259a9fe05',
};

/**
 * What Azure makes by itself of a component, in its group, some time after it: a rule of its own and, unless the subscription
 * has one, the action group to which such rules refer. Deleted while the component is there, they are made again
 * (https://github.com/hashicorp/terraform-provider-azurerm/pull/15892); they stay when it goes
 * (https://github.com/hashicorp/terraform-provider-azurerm/pull/18357, https://github.com/hashicorp/terraform-provider-azurerm/pull/22163).
 */
export function detectSmartly(component: StoredResource, world: World): void {
  const groupId = component.id.slice(0, component.id.toLowerCase().indexOf('/providers/'));
  const group = world.resource(groupId);
  if (!group || provisioningState(group, world) === 'Deleting') return;
  const shared = world.resourcesOfType(ACTION_GROUP).find(({ name }) => name === ACTION_GROUP_NAME);
  const actionGroupId = shared?.id ?? `${groupId}/providers/microsoft.insights/actionGroups/${ACTION_GROUP_NAME}`;
  if (!shared && isDue(component, 'actionGroupGoneAt', ACTION_GROUP_AFTER_IN_SECONDS, world)) {
    make(world, { id: actionGroupId, name: ACTION_GROUP_NAME, type: ACTION_GROUP, properties: actionGroup() });
  }
  const name = `Failure Anomalies - ${component.name}`;
  const id = `${groupId}/providers/microsoft.alertsmanagement/smartDetectorAlertRules/${name}`;
  if (!world.resource(id) && isDue(component, 'ruleGoneAt', RULE_AFTER_IN_SECONDS, world)) {
    make(world, { id, name, type: RULE, properties: rule(component.id, actionGroupId) });
    // Only a registered provider has resources.
    world.state.providers['microsoft.alertsmanagement'] ??= new Date(world.now()).toISOString();
  }
}

/** Of a rule or an action group: from now on its component waits for another one. */
export function hearOfDeletion({ name, type, body }: StoredResource, world: World): void {
  const at = new Date(world.now()).toISOString();
  const scope = jsonAt(body, 'properties.scope');
  const ids = Array.isArray(scope) ? scope.map((id) => String(id).toLowerCase()) : [];
  for (const { id, extra } of world.resourcesOfType(COMPONENT)) {
    if (type === ACTION_GROUP && name === ACTION_GROUP_NAME) extra.actionGroupGoneAt = at;
    if (type === RULE && ids.includes(id.toLowerCase())) extra.ruleGoneAt = at;
  }
}

function isDue({ createdAt, extra }: StoredResource, goneAt: string, seconds: number, world: World): boolean {
  const since = Date.parse(String(extra[goneAt] ?? createdAt));
  return since + world.duration(seconds) <= world.now();
}

function make(
  { index, now }: World,
  { properties, ...one }: Pick<StoredResource, 'id' | 'name' | 'type'> & { readonly properties: JsonObject },
): void {
  const at = new Date(now()).toISOString();
  index.keepResource({ ...one, body: { location: 'global', properties }, extra: {}, createdAt: at, updatedAt: at });
}

function actionGroup(): JsonObject {
  const armRoleReceivers = Object.entries(TOLD).map(([name, roleId]) => ({ name, roleId, useCommonAlertSchema: true }));
  return { groupShortName: 'SmartDetect', enabled: true, armRoleReceivers };
}

/** Azure names the action group in lower case. */
function rule(componentId: string, actionGroupId: string): JsonObject {
  return {
    description:
      'Failure Anomalies notifies you of an unusual rise in the rate of failed HTTP requests or dependency calls.',
    state: 'Enabled',
    severity: 'Sev3',
    frequency: 'PT1M',
    detector: { id: 'FailureAnomaliesDetector' },
    scope: [componentId],
    actionGroups: { groupIds: [actionGroupId.toLowerCase()] },
  };
}
