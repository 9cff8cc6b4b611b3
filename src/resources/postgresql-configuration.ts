import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { isJsonObject, type JsonObject, scalarText } from '../shared/json.ts';
import { pageOfParent } from './columns/portal.ts';
import type { ForeignChild, ResourceKind } from './kind.ts';
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
  // https://learn.microsoft.com/azure/postgresql/security/security-tls
  invariants: { 'properties.value': 'passwords and data may cross the network in clear, or as good as' },
  onlyGrows: ['properties.value'],
  // https://www.postgresql.org/docs/current/config-setting.html: booleans and enumerations are `on` and `ON` alike.
  caseless: ['properties.value'],
  defaults: [],
  computed: [],
  timeoutInSeconds: 600,
  // https://learn.microsoft.com/rest/api/postgresql/configurations: it can be put, not deleted.
  deletion: { how: 'with-parent', softDeleted: null },
  portalPage: pageOfParent('serverParameters'),
  foreign: changedParameter,
};

type Configuration = DesiredResource<typeof POSTGRESQL_CONFIGURATION>;

/** The server's TLS floor, and that nobody connects without TLS: that one Azure has as its default. */
export function postgresConfigurations(input: DesireInput): readonly Configuration[] {
  return [postgresConfiguration(input), requiredTls(input)];
}

// https://learn.microsoft.com/azure/postgresql/server-parameters/param-tls: require_secure_transport is on by default.
function requiredTls(input: DesireInput): Configuration {
  const server = postgresServer(input);
  return {
    kind: POSTGRESQL_CONFIGURATION,
    key: 'postgresql:require_secure_transport',
    title: `TLS for every connection to ${server.title}`,
    id: `${server.id}/configurations/require_secure_transport`,
    body: { properties: { value: 'on', source: 'user-override' } },
    asFound: true,
  };
}

/** One that somebody gave another value than Azure's. */
function changedParameter({ properties }: JsonObject): ForeignChild | undefined {
  const { value, defaultValue, source, isReadOnly } = isJsonObject(properties) ? properties : {};
  const isChanged = scalarText(value).toLowerCase() !== scalarText(defaultValue).toLowerCase();
  if (source !== 'user-override' || isReadOnly === true || !isChanged) return undefined;
  return { text: scalarText(value) };
}

function postgresConfiguration(input: DesireInput): Configuration {
  const server = postgresServer(input);
  return {
    kind: POSTGRESQL_CONFIGURATION,
    key: 'postgresql:tls',
    title: `TLS floor of ${server.title}`,
    id: `${server.id}/configurations/ssl_min_protocol_version`,
    body: { properties: { value: 'TLSv1.2', source: 'user-override' } },
  };
}
