import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { pageOfParent } from './columns/portal.ts';
import type { ResourceKind } from './kind.ts';
import { POSTGRESQL_SERVER, postgresServer } from './postgresql-server.ts';

export const POSTGRESQL_CONFIGURATION: ResourceKind<'Microsoft.DBforPostgreSQL/flexibleServers/configurations'> = {
  type: 'Microsoft.DBforPostgreSQL/flexibleServers/configurations',
  apiVersion: POSTGRESQL_SERVER.apiVersion,
  fingerprintVersion: '2025-08-01',
  provider: POSTGRESQL_SERVER.provider,
  ownership: 'child',
  listing: 'absent',
  // https://www.postgresql.org/docs/current/config-setting.html: those of extensions have a period.
  name: { pattern: /^[a-z_][\w.]*$/i, allowed: 'the name of a server parameter' },
  uniqueName: null,
  availability: [],
  permission: null,
  holdsData: false,
  update: 'patch',
  immutable: [],
  // The value counts; Azure says `system-default` where the default is what we want.
  createOnly: ['properties.source'],
  settings: {},
  invariants: ['properties.value'],
  defaults: [],
  computed: [],
  timeoutInSeconds: 600,
  // https://learn.microsoft.com/rest/api/postgresql/configurations: it can be put, not deleted.
  deletion: { how: 'with-parent', softDeleted: null },
  portalPage: pageOfParent('serverParameters'),
};

/** The server's TLS floor. */
export function postgresConfiguration(input: DesireInput): DesiredResource<typeof POSTGRESQL_CONFIGURATION> {
  const server = postgresServer(input);
  return {
    kind: POSTGRESQL_CONFIGURATION,
    key: 'postgresql:tls',
    title: `TLS floor of ${server.title}`,
    id: `${server.id}/configurations/ssl_min_protocol_version`,
    body: { properties: { value: 'TLSv1.2', source: 'user-override' } },
  };
}
