import { SecretName } from '../../../domain/config/secrets.ts';
import { NAME_RULES } from '../../../domain/name-rules.ts';
import { COMPOSED, databaseSecret } from '../../../domain/sections/composed-secrets.ts';
import type { Json, JsonObject } from '../../../shared/json.ts';
import type { Choice } from '../../draft.ts';
import type { ServiceFacts } from '../facts.ts';
import type { HostIndex, NamedService } from '../host-index.ts';
import { composeText } from '../text.ts';
import type { VariableFacts } from '../variable-facts.ts';

/** What takes the place of a variable that names a server of ours. */
export interface Rewritten {
  readonly value: Json;
  /** What is lost by it. */
  readonly lost?: string;
}

/** A server whose place another one takes, or whose address the deployment puts together. */
export interface ManagedServer {
  readonly facts: ServiceFacts;
  readonly section: Choice['section'];
  /** The variable as it is then; undefined: it cannot be said. */
  rewritten(variable: VariableFacts, uses: readonly NamedService[]): Rewritten | undefined;
  /** Whether a service that names the host apart says who it is, too; absent: no such one is rewritten. */
  isKnownBy?(owner: readonly VariableFacts[]): boolean;
  /** The section of the configuration. */
  config(): JsonObject;
}

/** An address of which the server is the only host: scheme, path and query. */
function soleAddress(
  { value = '' }: VariableFacts,
  uses: readonly NamedService[],
): { readonly scheme: string; readonly path: string; readonly query: string; readonly hasUser: boolean } | undefined {
  const [use] = uses;
  if (uses.length !== 1 || use?.scheme === undefined) return undefined;
  const before = value.slice(0, use.start).toLowerCase();
  // Those of Java have a word before the scheme, and no credentials.
  const isWhole = before === '' || before.startsWith(`${use.scheme}://`) || /^r2dbc:$|^jdbc:$/.test(before);
  const [path = '', query = ''] = value.slice(use.end).split('?');
  return isWhole && !/[\s,;]/.test(value) ? { scheme: use.scheme, path, query, hasUser: use.hasUser } : undefined;
}

function setting(facts: ServiceFacts, ...names: readonly string[]): string | undefined {
  const found = names.map((name) => facts.service.variables.get(name)).find((tree) => tree !== undefined);
  return composeText(found);
}

const DATABASE_NAME = NAME_RULES.postgresqlDatabase.pattern;
/** https://learn.microsoft.com/azure/postgresql/flexible-server/quickstart-create-server */
const NO_LOGIN = /^(?:azure_superuser|azuresu|azure_pg_admin|admin|administrator|root|guest|public|pg_.*)$/i;
const NO_DATABASE = /^(?:azure_maintenance|azure_sys|postgres|template.*)$/i;
const VERSIONS = ['13', '14', '15', '16', '17'];

/** Azure Database for PostgreSQL. */
export function postgresServer(facts: ServiceFacts): ManagedServer {
  const user = setting(facts, 'POSTGRES_USER', 'POSTGRESQL_USERNAME') || 'postgres';
  const password = setting(facts, 'POSTGRES_PASSWORD', 'POSTGRESQL_PASSWORD');
  const database = setting(facts, 'POSTGRES_DB', 'POSTGRESQL_DATABASE') || user;
  const isNamed = DATABASE_NAME.test(database) && !NO_DATABASE.test(database);
  const further = new Set<string>();
  const [, version] = /:(\d{2})(?:[.-]|$)/.exec(composeText(facts.image) ?? '') ?? [];
  const isFirst = (name: string): boolean => name === '' || name === database;
  return {
    facts,
    section: 'postgresql',
    rewritten(variable, uses) {
      const address = soleAddress(variable, uses);
      if (address?.hasUser) {
        if (!/^postgres(?:ql)?$/.test(address.scheme)) return undefined;
        const name = address.path.replace(/^\//, '');
        const lost = address.query === '' ? {} : { lost: `"?${address.query}" is not in it` };
        if (isFirst(name)) return { value: { secret: COMPOSED.database }, ...lost };
        if (!DATABASE_NAME.test(name) || NO_DATABASE.test(name)) return undefined;
        further.add(name);
        return { value: { secret: databaseSecret(name) }, ...lost };
      }
      if (address) {
        const text = replaced(variable, uses, '${{postgresql.host}}', (use) => `${use.scheme}://`);
        return { value: `${text}${address.query === '' ? '?' : '&'}sslmode=require` };
      }
      if (uses.some(({ scheme }) => scheme !== undefined)) return undefined;
      if (uses.length > 0) return { value: replaced(variable, uses, '${{postgresql.host}}', () => '') };
      return credential(variable);
    },
    isKnownBy: (owner) => owner.some((variable) => isPassword(variable)),
    config: () => ({
      ...(isNamed && { database_name: database }),
      ...(!NO_LOGIN.test(user) && /^[a-zA-Z_]\w{0,62}$/.test(user) && { admin_user: user }),
      ...(version !== undefined && VERSIONS.includes(version) && { version }),
      ...(further.size > 0 && { databases: [...further] }),
      ...(facts.known?.extensions && { extensions: [...facts.known.extensions] }),
    }),
  };

  function isPassword({ name, value }: Pick<VariableFacts, 'name' | 'value'>): boolean {
    return value !== undefined && value === password && /pass(?:word|wd)?$|pwd$/i.test(name);
  }

  /** Of one who names the host apart: the login, the password and the database by what they are. */
  function credential({ name, value }: VariableFacts): Rewritten | undefined {
    if (value === undefined) return undefined;
    if (/(?:user|username|login)$/i.test(name) && value === user) return { value: '${{postgresql.user}}' };
    if (isPassword({ name, value })) return { value: { secret: SecretName.postgresPassword } };
    if (/(?:db|database|db_?name|dbname|database_?name)$/i.test(name) && value === database)
      return { value: '${{postgresql.database}}' };
    return undefined;
  }
}

function replaced(
  { value = '' }: VariableFacts,
  uses: readonly NamedService[],
  host: string,
  before: (use: NamedService) => string,
): string {
  let at = 0;
  let made = '';
  for (const use of uses) {
    made += `${value.slice(at, use.start)}${before(use)}${host}${use.port === undefined ? '' : `:${use.port}`}`;
    at = use.end;
  }
  return made + value.slice(at);
}

/** Azure Managed Redis, which has one database, and lets in over TLS and with its key only. */
export function redisServer(facts: ServiceFacts): ManagedServer {
  return ofAddress(facts, 'redis', {
    schemes: /^rediss?$/,
    paths: /^\/?0?$/,
    secret: COMPOSED.redis,
    config: () => ({}),
  });
}

/** A cluster that somebody gives the address of: MongoDB Atlas, Azure DocumentDB. */
export function mongoServer(facts: ServiceFacts): ManagedServer {
  return ofAddress(facts, 'mongo', {
    schemes: /^mongodb(?:\+srv)?$/,
    paths: /^.*$/,
    secret: SecretName.mongodbUrl,
    config: () => ({ connection_url: `env:${SecretName.mongodbUrl.replaceAll('-', '_')}` }),
    lost: 'database and options are those that the address in MONGODB_URL has',
  });
}

/** RabbitMQ in a container of its own, whose address the deployment puts together. */
export function rabbitServer(facts: ServiceFacts): ManagedServer {
  return ofAddress(facts, 'rabbitmq', {
    schemes: /^amqps?$/,
    paths: /^(?:\/|\/%2f)?$/i,
    secret: COMPOSED.rabbitmq,
    config: () => ({}),
  });
}

interface Address {
  readonly schemes: RegExp;
  readonly paths: RegExp;
  readonly secret: string;
  readonly config: () => JsonObject;
  readonly lost?: string;
}

function ofAddress(
  facts: ServiceFacts,
  section: Choice['section'],
  { schemes, paths, secret, config, lost }: Address,
): ManagedServer {
  return {
    facts,
    section,
    rewritten(variable, uses) {
      const address = soleAddress(variable, uses);
      if (!address || !schemes.test(address.scheme) || !paths.test(address.path)) return undefined;
      const options = address.query === '' ? undefined : `"?${address.query}" is not in it`;
      const told = lost ?? options;
      return { value: { secret }, ...(told !== undefined && { lost: told }) };
    },
    config,
  };
}

/** Whether all that names the server can be said of the one that takes its place, and something does. */
export function isFullyRewritten(
  server: ManagedServer,
  variables: readonly VariableFacts[],
  hosts: HostIndex,
): boolean {
  const naming = variables
    .filter(({ owner }) => owner !== server.facts)
    .map((variable) => ({ variable, uses: hosts.usesIn(variable.value ?? '', variable.name, variable.owner) }))
    .filter(({ uses }) => uses.some(({ target }) => target === server.facts));
  return (
    naming.length > 0 &&
    naming.every(({ variable, uses }) => {
      if (uses.some(({ target }) => target !== server.facts)) return false;
      const { value } = server.rewritten(variable, uses) ?? {};
      if (value === undefined || typeof value === 'object') return value !== undefined;
      return server.isKnownBy?.(variables.filter(({ owner }) => owner === variable.owner)) ?? false;
    })
  );
}
