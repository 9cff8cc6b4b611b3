import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { pageOfParent } from './columns/portal.ts';
import type { ResourceKind } from './kind.ts';
import { POSTGRESQL_SERVER, postgresServer } from './postgresql-server.ts';

export const POSTGRESQL_FIREWALL_RULE: ResourceKind<'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules'> = {
  type: 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules',
  apiVersion: POSTGRESQL_SERVER.apiVersion,
  provider: POSTGRESQL_SERVER.provider,
  ownership: 'child',
  listing: 'absent',
  name: {
    // The pattern of `firewallRuleName` in https://learn.microsoft.com/rest/api/postgresql/firewall-rules/create-or-update.
    pattern: /^[a-zA-Z0-9][-_a-zA-Z0-9]{0,79}(?<!-)$/,
    allowed: '1 to 80 letters, digits, - and _, beginning with a letter or digit and not ending in -',
  },
  uniqueName: null,
  availability: [],
  permission: null,
  holdsData: false,
  update: 'replace',
  immutable: [],
  createOnly: [],
  settings: {},
  // Widened, it may be open to the world.
  invariants: ['properties.startIpAddress', 'properties.endIpAddress'],
  defaults: [],
  computed: [],
  timeoutInSeconds: 600,
  deletion: { how: 'request', softDeleted: null },
  portalPage: pageOfParent('networking'),
};

const NAME = 'allow-azure-services';

export function postgresFirewallRule(input: DesireInput): DesiredResource<typeof POSTGRESQL_FIREWALL_RULE> {
  const server = postgresServer(input);
  return {
    kind: POSTGRESQL_FIREWALL_RULE,
    key: 'postgresql:firewall',
    title: `firewall rule ${NAME} of ${server.title}`,
    id: `${server.id}/firewallRules/${NAME}`,
    // Azure's notation for "any Azure service", since the environment's outbound addresses change
    // (https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-firewall-rules).
    body: { properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' } },
  };
}
