import { BlockList, isIPv4 } from 'node:net';
import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { World } from '../../world.ts';
import { invalidValues } from './account-rules.ts';

/** Addresses that are nobody's on the internet. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');

/**
 * Rules that are refused at once: no public address, or a range of one or two (which are written as addresses), and what is no
 * subnet's id. https://learn.microsoft.com/azure/storage/common/storage-network-security#grant-access-from-an-internet-ip-range;
 * the words of the second: https://github.com/Azure/bicep-types-az/issues/1555.
 */
export function networkProblem(account: JsonObject): Refusal | undefined {
  const { ipRules, virtualNetworkRules } = rulesOf(account);
  if (values(ipRules, 'value').some((value) => !isPublicRange(value))) return invalidRule('ipRules[*].value');
  const isSubnet =
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;
  return values(virtualNetworkRules, 'id').some((id) => !isSubnet.test(id))
    ? invalidRule('virtualNetworkRules[*].id')
    : undefined;
}

/**
 * Subnets that are not there or have no service endpoint of storage. Of a new account the operation fails
 * (https://github.com/Azure/azure-rest-api-specs/issues/18844); the words:
 * https://github.com/hashicorp/terraform-provider-azurerm/issues/16547, made up for a subnet that is not there.
 */
export function subnetsProblem(world: World, account: JsonObject): Refusal | undefined {
  for (const id of values(rulesOf(account).virtualNetworkRules, 'id')) {
    const [network = '', name = ''] = id.split(/\/subnets\//i);
    const subnet = world.resource(id);
    if (!subnet) return aclsFailure(`SubnetsNotFound:Subnets ${name} of virtual network ${network} were not found.`);
    const { serviceEndpoints } = propertiesOf(subnet.body);
    if (!values(serviceEndpoints, 'service').some((one) => /^Microsoft\.Storage(?:\.Global)?$/i.test(one))) {
      return aclsFailure(
        `SubnetsHaveNoServiceEndpointsConfigured:Subnets ${name} of virtual network ${network} do not have ServiceEndpoints for Microsoft.Storage resources configured. Add Microsoft.Storage to subnet's ServiceEndpoints collection before trying to ACL Microsoft.Storage resources to these subnets..`,
      );
    }
  }
  return undefined;
}

function rulesOf(account: JsonObject): JsonObject {
  const { networkAcls } = propertiesOf(account);
  return isJsonObject(networkAcls) ? networkAcls : {};
}

function isPublicRange(value: string): boolean {
  const [address = '', bits] = value.split('/');
  if (!isIPv4(address) || PRIVATE.check(address)) return false;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) >= 1 && Number(bits) <= 30);
}

function values(rules: Json | undefined, key: string): readonly string[] {
  return Array.isArray(rules) ? rules.filter(isJsonObject).map((rule) => String(rule[key] ?? '')) : [];
}

function invalidRule(path: string): Refusal {
  const refusal = invalidValues(`networkAcls.${path}`);
  return { ...refusal, message: `${refusal.message} For more information, see - https://aka.ms/storagenetworkruleset` };
}

function aclsFailure(details: string): Refusal {
  return refuse(400, 'NetworkAclsValidationFailure', `Validation of network acls failure: ${details}`);
}
