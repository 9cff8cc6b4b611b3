import type { Json, JsonObject } from '../../../shared/json.ts';
import type { Choice } from '../../draft.ts';
import type { ServiceFacts } from '../facts.ts';
import type { HostIndex } from '../host-index.ts';
import type { Report } from '../report.ts';
import type { VariableFacts } from '../variable-facts.ts';
import {
  isFullyRewritten,
  type ManagedServer,
  mongoServer,
  postgresServer,
  rabbitServer,
  redisServer,
} from './servers.ts';

const SERVERS = { postgresql: postgresServer, redis: redisServer, mongo: mongoServer, rabbitmq: rabbitServer } as const;

/** The first of each kind: of each there is one. */
export function serversOf(all: readonly ServiceFacts[]): readonly ManagedServer[] {
  return (Object.keys(SERVERS) as (keyof typeof SERVERS)[]).flatMap((section) => {
    const facts = all.find(({ known }) => known?.section === section);
    return facts ? [SERVERS[section](facts)] : [];
  });
}

/** Those whose place is taken, or whose address is put together, by the names of their services. */
export function managedOf(
  servers: readonly ManagedServer[],
  chosen: ReadonlySet<string> | undefined,
  variables: readonly VariableFacts[],
  hosts: HostIndex,
): ReadonlyMap<string, ManagedServer> {
  const isTaken = (server: ManagedServer): boolean => {
    const { section, facts } = server;
    if (section === 'rabbitmq') return isFullyRewritten(server, variables, hosts);
    if (chosen) return chosen.has(facts.service.name);
    return section !== 'mongo' && isFullyRewritten(server, variables, hosts);
  };
  return new Map(servers.filter(isTaken).map((server) => [server.facts.service.name, server]));
}

/** The address of RabbitMQ is put together for a service of that key. */
const RABBIT = 'rabbitmq';

/** Gives it that key, and its own name to its app. */
export function nameRabbit(
  managed: ReadonlyMap<string, ManagedServer>,
  staying: readonly ServiceFacts[],
  report: Report,
): void {
  const facts = [...managed.values()].find(({ section }) => section === 'rabbitmq')?.facts;
  if (!facts || facts.key === RABBIT) return;
  const other = staying.find(({ key }) => key === RABBIT);
  const { key } = facts;
  rename(facts, RABBIT, report);
  if (other) rename(other, key, report);
}

/** Its app keeps the name by which others find it. */
function rename(facts: ServiceFacts, key: string, report: Report): void {
  const { name, place } = facts.service;
  facts.appName = facts.key.replaceAll('_', '-');
  facts.key = key;
  const text = `is called ${key} in the configuration, where the address of a service of the key ${RABBIT} is put together`;
  report.left(place, `services.${name}`, text, ['services', key]);
}

interface RabbitAround {
  readonly managed: ReadonlyMap<string, ManagedServer>;
  readonly report: Report;
}

/** With the password that its address is put together with. */
export function withRabbit(facts: ServiceFacts, config: JsonObject, { managed, report }: RabbitAround): JsonObject {
  if (managed.get(facts.service.name)?.section !== 'rabbitmq') return config;
  const env = (config.env ?? {}) as JsonObject;
  if (env.RABBITMQ_DEFAULT_PASS) return config;
  report.comment(
    ['services', facts.key, 'env'],
    'Its address is in the secret RABBITMQ-URL, with this password, which is generated.',
  );
  return { ...config, env: { ...env, RABBITMQ_DEFAULT_PASS: { secret: 'rabbitmq_password' } as Json } };
}

/** The sections of the configuration that take a place. */
export function sectionsOf(managed: ReadonlyMap<string, ManagedServer>, report: Report): JsonObject {
  const sections: JsonObject = {};
  for (const { section, facts, config } of managed.values()) {
    if (section === 'rabbitmq') continue;
    const key = section === 'mongo' ? 'mongodb' : section;
    sections[key] = config();
    const variables = [...facts.service.variables.keys()];
    const told = variables.length > 0 ? ` (${variables.join(', ')})` : '';
    report.left(
      facts.service.place,
      `services.${facts.service.name}`,
      `${TITLES[section]} takes its place, with what it says of itself${told}; its data is not taken along`,
      [key],
    );
  }
  return sections;
}

const TITLES = {
  postgresql: 'a server of Azure Database for PostgreSQL',
  redis: 'Azure Managed Redis',
  mongo: 'a cluster of yours, whose address MONGODB_URL has,',
} as const;

const CONTAINER = 'In a container its data is gone with each revision.';
const CHOICES: Readonly<Record<'postgresql' | 'redis' | 'mongo', string>> = {
  postgresql: `Azure Database for PostgreSQL: its data outlives every deployment, with backups of seven days; it begins empty, speaks TLS only, and costs by the hour. ${CONTAINER}`,
  redis: `Azure Managed Redis: one database, over TLS and with a key; it costs by the hour. ${CONTAINER} That may do for a cache.`,
  mongo: `A cluster that you make (MongoDB Atlas, Azure DocumentDB), whose address you give in MONGODB_URL. ${CONTAINER}`,
};

export function choicesOf(servers: readonly ManagedServer[]): readonly Choice[] {
  return servers.flatMap(({ section, facts }) =>
    section === 'rabbitmq' ? [] : [{ service: facts.service.name, section, text: CHOICES[section] }],
  );
}
