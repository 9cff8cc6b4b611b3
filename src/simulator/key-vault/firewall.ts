import { BlockList, isIPv4 } from 'node:net';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';

/** Where the simulated deployer calls from; what a rule of a vault's firewall has to name. */
export const DEPLOYER_ADDRESS = '198.51.100.7';

/** Who asks: from the internet, or from a subnet of a network of its own. */
export interface NetworkCaller {
  readonly address?: string;
  readonly subnet?: string | undefined;
}

interface Blocked {
  readonly code: 'ForbiddenByConnection' | 'ForbiddenByFirewall';
  readonly message: string;
}

/**
 * Why the network rules of a vault keep this caller out, whatever its roles:
 * https://learn.microsoft.com/azure/key-vault/general/network-security. Neither a deployer nor Container Apps is a trusted
 * service (https://github.com/microsoft/azure-container-apps/issues/888), so `bypass: AzureServices` helps neither.
 *
 * @param properties of the vault
 */
export function firewallProblem(properties: JsonObject, caller: NetworkCaller): Blocked | undefined {
  if (String(properties.publicNetworkAccess).toLowerCase() === 'disabled') {
    return {
      code: 'ForbiddenByConnection',
      message:
        'Public network access is disabled and request is not from a trusted service nor via an approved private link.',
    };
  }
  const rules = isJsonObject(properties.networkAcls) ? properties.networkAcls : {};
  if (rules.defaultAction !== 'Deny') return undefined;
  if (caller.address !== undefined && names(rules.ipRules, 'value').some((rule) => covers(rule, caller.address ?? '')))
    return undefined;
  const subnets = names(rules.virtualNetworkRules, 'id').map((id) => id.toLowerCase());
  if (caller.subnet !== undefined && subnets.includes(caller.subnet.toLowerCase())) return undefined;
  return {
    code: 'ForbiddenByFirewall',
    message: `Client address is not authorized and caller is not a trusted service.\r\nClient address: ${caller.address ?? 'not known'}`,
  };
}

function names(rules: Json | undefined, key: string): readonly string[] {
  return Array.isArray(rules) ? rules.filter(isJsonObject).map((rule) => String(rule[key] ?? '')) : [];
}

/** `198.51.100.7` or `198.51.100.0/24`. */
function covers(rule: string, address: string): boolean {
  const [network = '', bits = '32'] = rule.split('/');
  if (!isIPv4(network)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), 'ipv4');
  return list.check(address);
}
