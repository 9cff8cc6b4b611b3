import { nameOf } from '../../domain/ids.ts';
import { isJsonObject, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import type { ArmQuestion, Companion } from '../kind.ts';

const RULE = { type: 'Microsoft.AlertsManagement/smartDetectorAlertRules', apiVersion: '2021-04-01' };
const RULE_NAME = 'Failure Anomalies - ';
const ACTION_GROUP_NAME = 'Application Insights Smart Detection';

/** Roles whose members the action group tells by mail: Monitoring Contributor and Monitoring Reader. */
const TOLD = ['749f88d5-cbae-40b8-bcfc-e573ddc772fa', '43d0d8ad-25c7-4714-9337-8ba259a9fe05'];

/** What can name an action group of its subscription, and the API version of its list. */
const NAMES_ACTION_GROUPS: Readonly<Record<string, string>> = {
  [RULE.type]: RULE.apiVersion,
  'Microsoft.AlertsManagement/actionRules': '2021-08-08',
  'Microsoft.AlertsManagement/prometheusRuleGroups': '2023-03-01',
  'Microsoft.Consumption/budgets': '2023-05-01',
  'Microsoft.Insights/activityLogAlerts': '2020-10-01',
  'Microsoft.Insights/metricAlerts': '2018-03-01',
  'Microsoft.Insights/scheduledQueryRules': '2021-08-01',
};

/**
 * Azure makes a rule for each component, minutes after it, and an action group, up to an hour after, to which the rules of other
 * groups may refer, too (https://github.com/hashicorp/terraform-provider-azurerm/issues/10563,
 * https://github.com/hashicorp/terraform-provider-azurerm/pull/16170). Deleted while the component is there, they are made again
 * (https://github.com/hashicorp/terraform-provider-azurerm/pull/15892). Names and bodies:
 * https://learn.microsoft.com/azure/azure-monitor/alerts/proactive-failure-diagnostics,
 * https://learn.microsoft.com/azure/azure-monitor/alerts/proactive-arm-config.
 */
export const SMART_DETECTION: readonly Companion[] = [
  {
    ...RULE,
    madeFor(live) {
      const scope = jsonAt(live, 'properties.scope');
      const [id = '', ...others] = Array.isArray(scope) ? scope.map((one) => scalarText(one)) : [];
      const isAzures =
        isSame(nameOf(live.id), `${RULE_NAME}${nameOf(id)}`) &&
        isSame(scalarText(jsonAt(live, 'properties.detector.id')), 'FailureAnomaliesDetector');
      return isAzures && others.length === 0 ? id : undefined;
    },
    namedBy: () => [],
  },
  {
    type: 'Microsoft.Insights/actionGroups',
    apiVersion: '2023-01-01',
    madeFor: (live) => (isSame(nameOf(live.id), ACTION_GROUP_NAME) && isUntouched(live) ? 'any' : undefined),
    namedBy: (subscription) =>
      Object.entries(NAMES_ACTION_GROUPS).map(
        ([type, apiVersion]): ArmQuestion => ({
          method: 'LIST',
          path: `${subscription}/providers/${type}`,
          apiVersion,
        }),
      ),
  },
];

/** Nobody has added whom it tells, or what it starts. */
function isUntouched({ properties }: JsonObject): boolean {
  return (
    isJsonObject(properties) &&
    Object.entries(properties).every(([name, value]) => {
      if (!Array.isArray(value)) return true;
      if (name !== 'armRoleReceivers') return value.length === 0;
      return value.every((one) => TOLD.includes(scalarText(jsonAt(one, 'roleId')).toLowerCase()));
    })
  );
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
