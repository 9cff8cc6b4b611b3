import { setOutputs } from '../../arm/lifecycle.ts';
import { type ArmReply, ok, refused } from '../../arm/message.ts';
import { propertiesOf, skuOf } from '../../arm/resource-body.ts';
import type { ResourceType, SubRequest, Write } from '../../arm/resource-type.ts';
import { issuedKey, renewKey } from '../../issued-key.ts';
import { type Refusal, refuse } from '../../refusal.ts';

const TYPE = 'Microsoft.Search/searchServices';
const PARTITIONS = [1, 2, 3, 4, 6, 12];

/**
 * Services are looked at until their state, in small letters, says that they are made (the description of `provisioningState`:
 * https://github.com/PowerShell/PSSwagger/issues/236), and go at once. https://learn.microsoft.com/rest/api/searchmanagement/services
 */
export const searchService: ResourceType = {
  type: TYPE,
  apiVersions: ['2025-05-01', '2023-11-01', '2022-09-01'],
  name: /^(?=.{2,60}$)[a-z0-9]{2}(?:[a-z0-9]|-(?!-))*(?<!-)$/,
  nameError: 'InvalidServiceName',
  listed: true,
  style: 'state',
  states: { Creating: 'provisioning', Updating: 'provisioning', Succeeded: 'succeeded', Failed: 'failed' },
  seconds: { create: 60, update: 30, delete: 0 },
  immutable: ['properties.hostingMode'],
  check: (write) => nameTakenProblem(write) ?? skuProblem(write) ?? sizeProblem(write),
  apply({ resource, before, name }) {
    if (!before) setOutputs(resource, { endpoint: `https://${name}.search.windows.net` });
    return undefined;
  },
  defaults: () => ({
    properties: {
      ...{ replicaCount: 1, partitionCount: 1, hostingMode: 'Default', publicNetworkAccess: 'Enabled' },
      ...{ status: 'running', statusDetails: '', disableLocalAuth: false, semanticSearch: 'disabled' },
      authOptions: { apiKeyOnly: {} },
      networkRuleSet: { ipRules: [], bypass: 'None' },
      encryptionWithCmk: { enforcement: 'Unspecified' },
      privateEndpointConnections: [],
      sharedPrivateLinkResources: [],
    },
  }),
  handle: (call) => answerKeys(call),
};

/** The words: https://github.com/Azure-Samples/azure-search-openai-demo/issues/586. */
function nameTakenProblem({ world, id, name }: Write): Refusal | undefined {
  const isTaken = world
    .resourcesOfType(TYPE)
    .some((one) => one.name === name && one.id.toLowerCase() !== id.toLowerCase());
  return isTaken
    ? refuse(
        409,
        'ServiceNameUnavailable',
        `Cannot provision service '${name}' because a service with this name is already in use, or another request to provision a service with this name is still in progress`,
      )
    : undefined;
}

/** Of another sku only from version 2025-02-01-preview on: https://github.com/Azure/azure-rest-api-specs/pull/31829. One is free. */
function skuProblem({ world, id, body, before, apiVersion }: Write): Refusal | undefined {
  const sku = skuOf(body);
  if (sku === '') return refuse(400, 'InvalidRequestContent', "The request content was invalid: 'sku.name' is needed.");
  const present = before && skuOf(before.body);
  if (present !== undefined && present !== sku && apiVersion < '2025-02-01-preview') {
    return refuse(400, 'BadRequest', `The sku of a search service cannot be changed from '${present}' to '${sku}'.`);
  }
  const isSecond = world
    .resourcesOfType(TYPE)
    .some((one) => one.id.toLowerCase() !== id.toLowerCase() && skuOf(one.body) === 'free');
  // https://learn.microsoft.com/azure/search/search-limits-quotas-capacity#subscription-limits
  return sku === 'free' && isSecond
    ? refuse(400, 'ServiceQuotaExceeded', 'Operation would exceed the quota of free services of the subscription.')
    : undefined;
}

/** https://learn.microsoft.com/azure/search/search-capacity-planning */
function sizeProblem({ body }: Write): Refusal | undefined {
  const { replicaCount = 1, partitionCount = 1 } = propertiesOf(body);
  const most = skuOf(body) === 'free' ? 1 : skuOf(body) === 'basic' ? 3 : 12;
  const isRight =
    Number(replicaCount) >= 1 &&
    Number(replicaCount) <= most &&
    PARTITIONS.includes(Number(partitionCount)) &&
    Number(partitionCount) <= most;
  return isRight
    ? undefined
    : refuse(400, 'BadRequest', `The replica or partition count is not supported by the sku '${skuOf(body)}'.`);
}

/** https://learn.microsoft.com/rest/api/searchmanagement/admin-keys and …/query-keys */
function answerKeys({ world, resource, request, rest }: SubRequest): ArmReply | undefined {
  const [first = '', second = ''] = rest.map((part) => part.toLowerCase());
  if (request.method !== 'POST' || rest.length > 2) return undefined;
  const key = (name: string): string =>
    Buffer.from(issuedKey(world, resource, name, 39), 'base64')
      .toString('hex')
      .slice(0, 52);
  if (first === 'listquerykeys') return ok({ value: [{ name: null, key: key('query') }], nextLink: null });
  if (first === 'regenerateadminkey') {
    if (second !== 'primary' && second !== 'secondary')
      return refused(refuse(400, 'BadRequest', 'The key is not known.'));
    renewKey(resource, second);
  } else if (first !== 'listadminkeys') return undefined;
  return ok({ primaryKey: key('primary'), secondaryKey: key('secondary') });
}
