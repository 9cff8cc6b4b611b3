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
  invariants: {},
  onlyGrows: ['properties.value'],
  // https://www.postgresql.org/docs/current/config-setting.html: booleans and enumerations are `on` and `ON` alike.
  caseless: ['properties.value'],
  defaults: [],
  computed: [],
  timeoutInSeconds: 600,
  // https://learn.microsoft.com/rest/api/postgresql/configurations: it can be put, not deleted.
  deletion: { how: 'with-parent', softDeleted: null },
  cost: 'free',
  // https://github.com/Azure/ResourceModules/issues/3324: side by side they fail.
  serial: true,
  portalPage: pageOfParent('serverParameters'),
  foreign: changedParameter,
};

type Configuration = DesiredResource<typeof POSTGRESQL_CONFIGURATION>;

/** https://learn.microsoft.com/azure/postgresql/security/security-tls */
const IN_CLEAR = { 'properties.value': 'passwords and data may cross the network in clear, or as good as' };

/**
 * The server's TLS floor, and that nobody connects without TLS: that one Azure has as its default. Then what its databases may be
 * extended with, where the configuration says so.
 */
export function postgresConfigurations(input: DesireInput): readonly Configuration[] {
  return [postgresConfiguration(input), requiredTls(input), ...extensions(input)];
}

export const PRELOADED_LIBRARIES = 'postgresql:libraries';

/**
 * Extensions that cannot be created, or do nothing, until the server has loaded their library at its start; a new server loads
 * pg_cron and pg_stat_statements by itself (https://learn.microsoft.com/azure/postgresql/extensions/how-to-load-libraries, and
 * shared_preload_libraries in https://learn.microsoft.com/azure/postgresql/server-parameters/param-client-connection-defaults-shared-library-preloading).
 */
const NEEDS_LIBRARY = [
  ...['age', 'anon', 'azure_storage', 'credcheck', 'pg_cron', 'pg_duckdb', 'pg_hint_plan', 'pg_squeeze'],
  ...['pg_stat_statements', 'pgaudit', 'pglogical', 'timescaledb'],
];

/**
 * Names that join those which others have allowed (https://learn.microsoft.com/azure/postgresql/extensions/how-to-allow-extensions).
 * A library is never taken out again: databases whose extension needs it could not be read.
 */
function extensions(input: DesireInput): readonly Configuration[] {
  const { extensions: wanted } = input.config.postgresql;
  if (!wanted) return [];
  const { id, title } = postgresServer(input);
  const list = (names: readonly string[]): Pick<Configuration, 'body' | 'settings' | 'lists'> => ({
    body: { properties: { value: names.join(','), source: 'user-override' } },
    settings: { 'properties.value': 'postgresql.extensions' },
    lists: ['properties.value'],
  });
  const libraries = wanted.filter((name) => NEEDS_LIBRARY.includes(name));
  return [
    {
      kind: POSTGRESQL_CONFIGURATION,
      key: 'postgresql:extensions',
      title: `extensions of ${title}`,
      id: `${id}/configurations/azure.extensions`,
      ...list(wanted),
    },
    ...(libraries.length === 0
      ? []
      : [
          {
            kind: POSTGRESQL_CONFIGURATION,
            key: PRELOADED_LIBRARIES,
            title: `libraries that ${title} loads at its start`,
            id: `${id}/configurations/shared_preload_libraries`,
            ...list(libraries),
            openArrays: ['properties.value'],
            effect: 'the server restarts: connections break, and it is away for a minute or so',
          },
        ]),
  ];
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
    invariants: IN_CLEAR,
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
    invariants: IN_CLEAR,
  };
}
