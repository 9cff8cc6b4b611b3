import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { scalarText } from '../shared/json.ts';
import { pageOfParent } from './columns/portal.ts';
import type { ResourceKind } from './kind.ts';
import { POSTGRESQL_SERVER, postgresServer } from './postgresql-server.ts';

/**
 * By Azure (https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-servers), and the empty one of its command
 * line (https://learn.microsoft.com/cli/azure/postgres/flexible-server#az-postgres-flexible-server-create).
 */
const MADE_WITH_SERVER = ['postgres', 'azure_maintenance', 'azure_sys', 'flexibleserverdb'];

export const POSTGRESQL_DATABASE: ResourceKind<'Microsoft.DBforPostgreSQL/flexibleServers/databases'> = {
  type: 'Microsoft.DBforPostgreSQL/flexibleServers/databases',
  apiVersion: POSTGRESQL_SERVER.apiVersion,
  fingerprintVersion: '2025-08-01',
  provider: POSTGRESQL_SERVER.provider,
  ownership: 'child',
  listing: 'absent',
  name: NAME_RULES.postgresqlDatabase,
  uniqueName: null,
  availability: [],
  permission: null,
  holdsData: true,
  update: 'put',
  immutable: [],
  // Azure cannot change them; the database of a server that was taken over keeps its own.
  createOnly: ['properties.charset', 'properties.collation'],
  settings: {},
  invariants: {},
  defaults: [],
  computed: [],
  timeoutInSeconds: 600,
  deletion: { how: 'request', softDeleted: null },
  cost: 'elsewhere',
  // https://github.com/Azure/ResourceModules/issues/3324: side by side they fail.
  serial: true,
  portalPage: pageOfParent('databases'),
  foreign: ({ name }) => (MADE_WITH_SERVER.includes(scalarText(name)) ? undefined : { text: 'a database beside ours' }),
};

type Database = DesiredResource<typeof POSTGRESQL_DATABASE>;

/** The one that connection strings name by default, then all others. */
export function postgresDatabases(input: DesireInput): readonly Database[] {
  const { databaseName, databases = [] } = input.config.postgresql;
  const others = databases.map((name) => postgresDatabase(input, `postgresql:database:${name}`, name));
  return [postgresDatabase(input, 'postgresql:database', databaseName), ...others];
}

function postgresDatabase(input: DesireInput, key: string, name: string): Database {
  return {
    kind: POSTGRESQL_DATABASE,
    key,
    title: `database ${name}`,
    id: `${postgresServer(input).id}/databases/${name}`,
    body: { properties: { charset: 'UTF8', collation: 'en_US.utf8' } },
  };
}
