import { BlockList, isIP } from 'node:net';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import { badRequest } from './refusals.ts';

/** Who asks for something at an app's address: an address, and the service tags that it is among. */
export interface Caller {
  readonly address: string;
  readonly tags: readonly string[];
}

interface Rule {
  readonly ipAddress: string;
  readonly action: string;
  readonly priority: number;
  readonly tag: string;
}

/** https://learn.microsoft.com/azure/app-service/app-service-ip-restrictions; the words are ours. */
export function ipRulesProblem(properties: JsonObject): Refusal | undefined {
  const odd = rulesOf(properties).find(
    ({ ipAddress, tag }) => tag !== 'ServiceTag' && ipAddress !== 'Any' && !rangeOf(ipAddress),
  );
  return (
    odd && badRequest(`IpSecurityRestriction.IpAddress is invalid: '${odd.ipAddress}' is no range in CIDR notation.`)
  );
}

/** Whether the access rules of an app let somebody in: the first that fits, by priority; else the default, and without rules everybody. */
export function isLetIn(properties: JsonObject, caller: Caller): boolean {
  const rules = rulesOf(properties);
  const found = rules.toSorted((a, b) => a.priority - b.priority).find((rule) => fits(rule, caller));
  if (found) return found.action.toLowerCase() === 'allow';
  const { ipSecurityRestrictionsDefaultAction: fallback } = properties;
  // Rules without a default close the app to everybody else.
  return typeof fallback === 'string' ? fallback.toLowerCase() === 'allow' : rules.length === 0;
}

function fits({ ipAddress, tag }: Rule, caller: Caller): boolean {
  if (tag === 'ServiceTag') return ipAddress.split(',').some((one) => caller.tags.includes(one.trim()));
  return ipAddress === 'Any' || rangeOf(ipAddress)?.check(caller.address) === true;
}

function rulesOf({ ipSecurityRestrictions }: JsonObject): readonly Rule[] {
  const given = Array.isArray(ipSecurityRestrictions) ? ipSecurityRestrictions.filter(isJsonObject) : [];
  return given.map(({ ipAddress = 'Any', action = 'Allow', priority = 65_000, tag = 'Default' }) => ({
    ipAddress: String(ipAddress),
    action: String(action),
    priority: Number(priority),
    tag: String(tag),
  }));
}

function rangeOf(text: string): BlockList | undefined {
  const [address = '', bits] = text.split('/');
  const version = isIP(address);
  if (version === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const list = new BlockList();
  try {
    list.addSubnet(address, Number(bits ?? (version === 4 ? 32 : 128)), version === 4 ? 'ipv4' : 'ipv6');
    return list;
  } catch {
    return undefined;
  }
}
