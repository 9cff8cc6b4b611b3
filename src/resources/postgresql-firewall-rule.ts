import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { addressNumber } from '../shared/ipv4.ts';
import { type JsonObject, jsonAt, scalarText } from '../shared/json.ts';
import { pageOfParent } from './columns/portal.ts';
import type { ResourceKind } from './kind.ts';
import { POSTGRESQL_SERVER, postgresServer } from './postgresql-server.ts';

export const POSTGRESQL_FIREWALL_RULE: ResourceKind<'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules'> = {
  type: 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules',
  apiVersion: POSTGRESQL_SERVER.apiVersion,
  fingerprintVersion: '2025-08-01',
  provider: POSTGRESQL_SERVER.provider,
  ownership: 'child',
  listing: 'absent',
  name: NAME_RULES.postgresqlFirewallRule,
  uniqueName: null,
  availability: [],
  permission: null,
  holdsData: false,
  update: 'put',
  immutable: [],
  createOnly: [],
  settings: {},
  invariants: {
    'properties.startIpAddress': 'addresses that the configuration does not name reach the server',
    'properties.endIpAddress': 'addresses that the configuration does not name reach the server',
  },
  isAsSafe: isWithinRange,
  defaults: [],
  computed: [],
  timeoutInSeconds: 600,
  deletion: { how: 'request', softDeleted: null },
  cost: 'free',
  // https://github.com/Azure/ResourceModules/issues/3324: side by side they fail.
  serial: true,
  portalPage: pageOfParent('networking'),
  foreign: (live) => ({ text: rangeText(live) }),
  danger: (live) => (isWide(rangeOf(live)) ? 'opens the server to the world' : undefined),
};

/** As many addresses as the largest block that anybody was given: whoever opens more knows nothing of them. */
const LARGEST_BLOCK = 2 ** 24;

interface Range {
  readonly start: string;
  readonly end: string;
}

function rangeOf(rule: JsonObject): Range {
  return {
    start: scalarText(jsonAt(rule, 'properties.startIpAddress')),
    end: scalarText(jsonAt(rule, 'properties.endIpAddress')),
  };
}

function rangeText(rule: JsonObject): string {
  const { start, end } = rangeOf(rule);
  return `${start} to ${end}`;
}

/** Every comparison with what is no address is false. */
function limitsOf({ start, end }: Range): readonly [first: number, last: number] {
  return [addressNumber(start) ?? Number.NaN, addressNumber(end) ?? Number.NaN];
}

function isWide(range: Range): boolean {
  const [first, last] = limitsOf(range);
  return last - first >= LARGEST_BLOCK;
}

/** Whether somebody let in fewer addresses than we would, and no other. */
function isWithinRange(live: JsonObject, desired: JsonObject): boolean {
  const [first, last] = limitsOf(rangeOf(live));
  const [earliest, latest] = limitsOf(rangeOf(desired));
  return earliest <= first && last <= latest;
}

const NAME = 'allow-azure-services';

/** The rules of the configuration, and the one that lets the applications in; none where only private endpoints reach the server. */
export function postgresFirewallRules(input: DesireInput): readonly FirewallRule[] {
  const { firewallRules = {}, publicAccess = true } = input.config.postgresql;
  if (!publicAccess) return [];
  const given = Object.entries(firewallRules).map(([name, { start, end }]) =>
    rule(input, { key: `postgresql:firewall:${name}`, name, start, end }),
  );
  // Azure's notation for "any Azure service", since the environment's outbound addresses change
  // (https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-firewall-rules).
  return [rule(input, { key: 'postgresql:firewall', name: NAME, start: '0.0.0.0', end: '0.0.0.0' }), ...given];
}

type FirewallRule = DesiredResource<typeof POSTGRESQL_FIREWALL_RULE>;

function rule(
  input: DesireInput,
  {
    key,
    name,
    start,
    end,
  }: { readonly key: string; readonly name: string; readonly start: string; readonly end: string },
): FirewallRule {
  const server = postgresServer(input);
  return {
    kind: POSTGRESQL_FIREWALL_RULE,
    key,
    title: `firewall rule ${name} of ${server.title}`,
    id: `${server.id}/firewallRules/${name}`,
    body: { properties: { startIpAddress: start, endIpAddress: end } },
  };
}
