import { type JsonObject, jsonAt } from '../../../shared/json.ts';
import { setOutputs } from '../../arm/lifecycle.ts';
import { type ArmReply, ok, refused } from '../../arm/message.ts';
import { propertiesOf, skuOf } from '../../arm/resource-body.ts';
import type { ResourceType, SubRequest, Write } from '../../arm/resource-type.ts';
import { issuedKey, renewKey } from '../../issued-key.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';

export const COGNITIVE_ACCOUNT = 'Microsoft.CognitiveServices/accounts';
export const COGNITIVE_VERSIONS: readonly string[] = ['2025-06-01', '2024-10-01', '2023-05-01'];

/**
 * https://learn.microsoft.com/rest/api/aiservices/accountmanagement/accounts. A deleted account holds its name and its
 * subdomain for two days: https://learn.microsoft.com/azure/ai-services/recover-purge-resources.
 */
export const cognitiveAccount: ResourceType = {
  type: COGNITIVE_ACCOUNT,
  apiVersions: COGNITIVE_VERSIONS,
  name: /^(?=.{2,64}$)[a-zA-Z0-9][a-zA-Z0-9_.-]*$/,
  listed: true,
  style: 'state',
  states: { Creating: 'Accepted', Updating: 'Accepted' },
  exclusiveOn: 'children',
  busyCode: 'RequestConflict',
  seconds: { create: 30, update: 10, delete: 15 },
  immutable: ['kind'],
  writeOnly: ['properties.restore'],
  check: (write) => neededProblem(write) ?? deletedProblem(write) ?? subdomainProblem(write),
  apply({ world, resource, before, id, body }) {
    const deleted = before ? undefined : world.state.deletedAccounts[id.toLowerCase()];
    if (deleted) {
      resource.body = structuredClone(deleted.resource.body);
      delete world.state.deletedAccounts[id.toLowerCase()];
    }
    const region = String(body.location).toLowerCase().replaceAll(' ', '');
    const domain = jsonAt(resource.body, 'properties.customSubDomainName');
    const host = body.kind === 'OpenAI' ? 'openai.azure.com' : 'cognitiveservices.azure.com';
    const endpoint = domain ? `https://${String(domain)}.${host}/` : `https://${region}.api.cognitive.microsoft.com/`;
    setOutputs(resource, { endpoint, dateCreated: resource.createdAt });
    return undefined;
  },
  defaults: () => ({
    properties: {
      capabilities: [],
      callRateLimit: { rules: [] },
      disableLocalAuth: false,
      isMigrated: false,
      networkAcls: { defaultAction: 'Allow', virtualNetworkRules: [], ipRules: [] },
      privateEndpointConnections: [],
      publicNetworkAccess: 'Enabled',
    },
  }),
  remove(resource, world) {
    const deletedAt = new Date(world.now()).toISOString();
    world.state.deletedAccounts[resource.id.toLowerCase()] = { resource, deletedAt };
  },
  handle: (call) => answerKeys(call),
};

function neededProblem({ body }: Write): Refusal | undefined {
  const missing = Object.entries({ kind: body.kind, 'sku.name': skuOf(body), location: body.location }).find(
    ([, value]) => !value,
  );
  return missing && refuse(400, 'InvalidRequestContent', `The request content was invalid: '${missing[0]}' is needed.`);
}

/** The words: https://github.com/Azure/azure-cli/issues/18146. */
function deletedProblem({ world, id, sent, before }: Write): Refusal | undefined {
  const isDeleted = !before && world.state.deletedAccounts[id.toLowerCase()] !== undefined;
  if (!isDeleted || jsonAt(sent, 'properties.restore') === true) return undefined;
  return refuse(
    409,
    'FlagMustBeSetForRestore',
    `An existing resource with ID '${id}' has been soft-deleted. To restore the resource, you must specify 'restore' to be 'true' in the property. If you don't want to restore existing resource, please purge it first.`,
  );
}

/** Of all Azure, and for ever; the words: https://github.com/Azure-Samples/azure-search-openai-demo/issues/1093. */
function subdomainProblem({ world, id, sent, before }: Write): Refusal | undefined {
  const wanted = propertiesOf(sent).customSubDomainName;
  if (typeof wanted !== 'string') return undefined;
  const present = before && propertiesOf(before.body).customSubDomainName;
  // https://learn.microsoft.com/azure/ai-services/cognitive-services-custom-subdomains
  if (present !== undefined && present !== wanted) {
    return refuse(400, 'CustomDomainNameCannotBeChanged', 'The custom subdomain name of an account cannot be changed.');
  }
  const all: readonly StoredResource[] = [
    ...world.resourcesOfType(COGNITIVE_ACCOUNT),
    ...Object.values(world.state.deletedAccounts).map(({ resource }) => resource),
  ];
  const isTaken = all.some(
    (one) =>
      one.id.toLowerCase() !== id.toLowerCase() &&
      String(propertiesOf(one.body).customSubDomainName).toLowerCase() === wanted.toLowerCase(),
  );
  return isTaken
    ? refuse(
        409,
        'CustomDomainInUse',
        `Please pick a different name. The subdomain name '${wanted}' is not available as it's already used by a resource. If the resource using the name was deleted in the last 48 hours, you may need to purge the deleted resource. Learn more at "https://go.microsoft.com/fwlink/?linkid=2215493"`,
      )
    : undefined;
}

/** Told by nobody where keys are not taken: https://github.com/Azure/terraform-azurerm-avm-res-cognitiveservices-account/issues/130 */
function answerKeys({ world, resource, request, rest }: SubRequest): ArmReply | undefined {
  const action = request.method === 'POST' && rest.length === 1 ? rest[0]?.toLowerCase() : undefined;
  if (action !== 'listkeys' && action !== 'regeneratekey') return undefined;
  if (propertiesOf(resource.body).disableLocalAuth === true) {
    return refused(refuse(400, 'BadRequest', 'Failed to list key. disableLocalAuth is set to be true'));
  }
  if (action === 'regeneratekey') {
    const name = String(jsonAt(request.body ?? {}, 'keyName')).toLowerCase();
    if (name !== 'key1' && name !== 'key2') return refused(refuse(400, 'BadRequest', 'keyName must be Key1 or Key2.'));
    renewKey(resource, name);
  }
  const keys: JsonObject = {
    key1: issuedKey(world, resource, 'key1', 24),
    key2: issuedKey(world, resource, 'key2', 24),
  };
  return ok(keys);
}
