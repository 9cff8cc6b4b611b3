import { jsonAt } from '../../../shared/json.ts';
import { skuOf } from '../../arm/resource-body.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import { refuse } from '../../refusal.ts';
import { COGNITIVE_ACCOUNT, COGNITIVE_VERSIONS } from './cognitive-account.ts';

/** Models of an account, one write at a time: https://learn.microsoft.com/rest/api/aiservices/accountmanagement/deployments */
export const cognitiveDeployment: ResourceType = {
  type: `${COGNITIVE_ACCOUNT}/deployments`,
  apiVersions: COGNITIVE_VERSIONS,
  name: /^(?=.{2,64}$)[a-zA-Z0-9][a-zA-Z0-9_.-]*$/,
  listed: false,
  withoutLocation: true,
  style: 'state',
  states: { Creating: 'Accepted', Updating: 'Accepted' },
  exclusiveOn: 'parent',
  busyCode: 'RequestConflict',
  seconds: { create: 15, update: 10, delete: 5 },
  check({ body }) {
    const missing = [
      ['sku.name', skuOf(body)] as const,
      ['properties.model.format', jsonAt(body, 'properties.model.format')] as const,
      ['properties.model.name', jsonAt(body, 'properties.model.name')] as const,
    ].find(([, value]) => !value);
    return (
      missing && refuse(400, 'InvalidRequestContent', `The request content was invalid: '${missing[0]}' is needed.`)
    );
  },
  defaults: () => ({
    sku: { capacity: 1 },
    properties: { versionUpgradeOption: 'OnceNewDefaultVersionAvailable', raiPolicyName: 'Microsoft.DefaultV2' },
  }),
};
