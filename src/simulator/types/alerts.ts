import { type JsonObject, jsonAt } from '../../shared/json.ts';
import type { ResourceType } from '../arm/resource-type.ts';
import { refuse } from '../refusal.ts';
import { hearOfDeletion } from './smart-detection.ts';

/** What the kinds of alerts have in common. Their location is `global`, which is no region. */
function alertType(type: string, apiVersions: readonly string[], required: readonly string[]): ResourceType {
  return {
    type,
    apiVersions,
    name: /^[^*#&+:<>?@%{}\\/|]{0,259}[^*#&+:<>?@%{}\\/|. ]$/,
    withoutLocation: true,
    withoutProvisioningState: true,
    listed: true,
    style: 'sync',
    seconds: { create: 1, update: 1, delete: 0 },
    check({ body }) {
      const missing = required.filter((path) => jsonAt(body, `properties.${path}`) === undefined);
      const message = `The request content was invalid: ${missing.join(', ')} must be given.`;
      return missing.length > 0 ? refuse(400, 'InvalidRequestContent', message) : undefined;
    },
    remove: (resource, world) => hearOfDeletion(resource, world),
  };
}

/** https://learn.microsoft.com/azure/templates/microsoft.alertsmanagement/smartdetectoralertrules */
export const smartDetectorAlertRule = alertType(
  'Microsoft.AlertsManagement/smartDetectorAlertRules',
  ['2021-04-01', '2019-06-01', '2019-03-01'],
  ['actionGroups', 'detector.id', 'frequency', 'scope', 'severity', 'state'],
);

/** https://learn.microsoft.com/azure/templates/microsoft.insights/actiongroups */
export const actionGroup: ResourceType = {
  ...alertType('Microsoft.Insights/actionGroups', ['2023-01-01', '2022-06-01', '2021-09-01'], ['groupShortName']),
  defaults: (): JsonObject => ({
    properties: {
      armRoleReceivers: [],
      automationRunbookReceivers: [],
      azureAppPushReceivers: [],
      azureFunctionReceivers: [],
      emailReceivers: [],
      eventHubReceivers: [],
      itsmReceivers: [],
      logicAppReceivers: [],
      smsReceivers: [],
      voiceReceivers: [],
      webhookReceivers: [],
    },
  }),
};

/** https://learn.microsoft.com/azure/templates/microsoft.insights/metricalerts */
export const metricAlert = alertType(
  'Microsoft.Insights/metricAlerts',
  ['2018-03-01'],
  ['criteria', 'enabled', 'evaluationFrequency', 'scopes', 'severity', 'windowSize'],
);
