import { addressNumber } from '../../../shared/ipv4.ts';
import { NAME_RULES } from '../../name-rules.ts';
import type { DeploymentConfig } from '../model.ts';
import type { NetworkRules } from '../model-choices.ts';
import { problem, type RuleProblem } from './rule.ts';

/** Only Premium registries have them: https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks */
export function registryNetwork({
  containerRegistry: { sku, networkRules },
}: DeploymentConfig): readonly RuleProblem[] {
  if (!networkRules || sku === 'Premium') return [];
  return [problem('container_registry.network_rules', `needs the sku Premium, found ${sku}`)];
}

export function addressRules({ keyVault, containerRegistry }: DeploymentConfig): readonly RuleProblem[] {
  return [
    ...wrongAddresses('key_vault', keyVault.networkRules),
    ...privateAddresses('key_vault', keyVault.networkRules),
    ...wrongAddresses('container_registry', containerRegistry.networkRules),
  ];
}

function wrongAddresses(section: string, rules: NetworkRules | undefined): readonly RuleProblem[] {
  return (rules?.ipRules ?? []).flatMap((rule, index) =>
    wrongAddress([section, 'network_rules', 'ip_rules', String(index)], rule),
  );
}

/** Ranges of RFC 1918, by their first address and bits. */
const PRIVATE_RANGES: readonly (readonly [first: string, bits: number])[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
];

/** "IP network rules are allowed only for public IP addresses": https://learn.microsoft.com/azure/key-vault/general/network-security */
function privateAddresses(section: string, rules: NetworkRules | undefined): readonly RuleProblem[] {
  return (rules?.ipRules ?? []).flatMap((rule, index) => {
    const address = addressNumber(rule.split('/')[0] ?? '');
    const isPrivate = PRIVATE_RANGES.some(([first, bits]) => {
      const size = 2 ** (32 - bits);
      return address !== undefined && Math.floor(address / size) * size === addressNumber(first);
    });
    const path = [section, 'network_rules', 'ip_rules', String(index)];
    return isPrivate ? [problem(path, `${rule} is of a private network; only public addresses are allowed`)] : [];
  });
}

/** Whether what stands at a path is an IPv4 address, or a range of them. */
export function wrongAddress(path: readonly string[], rule: string): readonly RuleProblem[] {
  const [address = '', prefix, ...rest] = rule.split('/');
  const isPrefix = prefix === undefined || (/^\d{1,2}$/.test(prefix) && Number(prefix) <= 32);
  if (addressNumber(address) !== undefined && isPrefix && rest.length === 0) return [];
  return [problem(path, `found ${JSON.stringify(rule)}; allowed: an IPv4 address, or a range such as 203.0.113.0/24`)];
}

/** The rule that is always there: services of Azure, the applications among them. */
const OWN_RULE = 'allow-azure-services';
const LAST_ADDRESS = 0xff_ff_ff_ff;

export function databaseFirewall({ postgresql }: DeploymentConfig): readonly RuleProblem[] {
  const { firewallRules = {}, publicAccess } = postgresql;
  const names = Object.keys(firewallRules);
  const useless =
    publicAccess === false && names.length > 0
      ? [problem('postgresql.firewall_rules', 'have no effect with public_access: false')]
      : [];
  const wrong = Object.entries(firewallRules).flatMap(([name, { start, end }]) => {
    const message = wrongName(name) ?? wrongRange(start, end);
    return message === undefined ? [] : [problem(['postgresql', 'firewall_rules', name], message)];
  });
  return [...useless, ...wrong];
}

function wrongName(name: string): string | undefined {
  const { pattern, allowed } = NAME_RULES.postgresqlFirewallRule;
  if (!pattern.test(name)) return `found ${JSON.stringify(name)}; allowed: ${allowed}`;
  return name.toLowerCase() === OWN_RULE
    ? 'is the name of the rule that this deployment makes; choose another'
    : undefined;
}

function wrongRange(start: string, end: string): string | undefined {
  const [first, last] = [addressNumber(start), addressNumber(end)];
  if (first === undefined || last === undefined)
    return `found ${JSON.stringify(first === undefined ? start : end)}; allowed: an IPv4 address`;
  if (first > last) return `begins with ${start}, after its end ${end}`;
  return first === 0 && last === LAST_ADDRESS ? 'opens the server to the whole world, which is refused' : undefined;
}
