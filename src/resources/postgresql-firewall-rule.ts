import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
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
