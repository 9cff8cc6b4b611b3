import type { Json, JsonObject } from '../../shared/json.ts';
import type { ComposeProject, ComposeService } from '../compose/project.ts';
import type { Choice, Draft } from '../draft.ts';
import { rewrittenBy } from './environment.ts';
import { newFacts, type ServiceFacts } from './facts.ts';
import { HostIndex } from './host-index.ts';
import { takeKeys } from './key-row.ts';
import { SERVICE_KEYS } from './keys/service-keys.ts';
import { TOP_KEYS } from './keys/top-keys.ts';
import { knownServer } from './known-servers.ts';
import { listeningOf } from './listening.ts';
import {
  isFullyRewritten,
  type ManagedServer,
  mongoServer,
  postgresServer,
  rabbitServer,
  redisServer,
} from './managed.ts';
import { mentionsOf, tellMentions } from './mentions.ts';
import { Names, serviceKey } from './names.ts';
import { Report } from './report.ts';
import { SecretPlan } from './secret-plan.ts';
import { jobConfig, type ServiceAround, serviceConfig } from './service-config.ts';
import { composeText } from './text.ts';
import { type VariableFacts, variableFacts } from './variable-facts.ts';
import { Shares } from './volumes.ts';

export interface DraftOptions {
  /** Names of services whose place a managed one takes; absent: those of which all that names them can be said of it. */
  readonly managed?: ReadonlySet<string> | undefined;
}

/**
 * A project as a configuration that a deployment takes, once it is known where it goes to. Every service and every variable is in it, or
 * among what is left.
 */
export function composeDraft(project: ComposeProject, { managed: chosen }: DraftOptions = {}): Draft {
  const report = new Report();
  takeKeys(TOP_KEYS, project.top, undefined, { path: '', report });
  for (const { place, key, text } of project.notes) report.left(place, key, text);
  for (const { name, place, why } of project.idle) report.left(place, `services.${name}`, why);
  const all = factsOf(project, report);
  const hosts = new HostIndex(all);
  const variables = new Map(all.map((facts) => [facts, variableFacts(facts)]));
  const servers = serversOf(all);
  const managed = managedOf(servers, chosen, [...variables.values()].flat(), hosts);
  const staying = all.filter(({ service }) => (managed.get(service.name)?.section ?? 'rabbitmq') === 'rabbitmq');
  nameRabbit(managed, staying);
  const named = staying.flatMap((facts) => variables.get(facts) ?? []);
  const secrets = new SecretPlan(
    named.filter((one) => !rewrittenBy(one, hosts, managed)),
    report,
  );
  const tasks = tasksOf(staying);
  const mentions = mentionsOf(staying, hosts, project);
  const listening = new Map(
    staying
      .filter((facts) => !tasks.has(facts))
      .map((facts) => [facts, listeningOf(facts, hosts.spokenTo(facts, named, mentions), project, report)]),
  );
  tellMentions(mentions, listening, (facts) => !staying.includes(facts), report);
  const shares = new Shares();
  const around: ServiceAround = {
    project,
    report,
    hosts,
    secrets,
    managed,
    listening,
    variables,
    tasks,
    all: staying,
    shares,
  };
  nameJobs(tasks, staying);
  const services = Object.fromEntries(
    staying
      .filter((facts) => !tasks.has(facts))
      .map((facts) => [facts.key, withRabbit(facts, serviceConfig(facts, around), around)]),
  );
  const jobs = Object.fromEntries([...tasks].map((facts) => [facts.key, jobConfig(facts, around)]));
  const config: JsonObject = {
    interpolate: true,
    ...sectionsOf(managed, report),
    ...(Object.keys(shares.config).length > 0 && { storage: { shares: shares.config } }),
    ...(Object.keys(secrets.config).length > 0 && { secrets: secrets.config as JsonObject }),
    services,
    ...(tasks.size > 0 && { jobs }),
  };
  return { config, comments: report.comments, leftovers: report.leftovers, choices: choicesOf(servers) };
}

function factsOf(project: ComposeProject, report: Report): readonly ServiceFacts[] {
  const names = new Names([], (key) => key.replaceAll('_', '-'));
  return project.services.map((service) => {
    const key = names.take(serviceKey(service.name));
    if (key !== service.name)
      report.left(
        service.place,
        `services.${service.name}`,
        `is called ${key}: names on Azure are lower-case letters, digits and hyphens, each once`,
        ['services', key],
      );
    const facts = newFacts(service, key, knownOf(service));
    takeKeys(SERVICE_KEYS, service.keys, facts, { path: `services.${service.name}`, report });
    return facts;
  });
}

function knownOf({ keys }: ComposeService) {
  return keys.members.has('build') ? undefined : knownServer(composeText(keys.members.get('image')));
}

const SERVERS = { postgresql: postgresServer, redis: redisServer, mongo: mongoServer, rabbitmq: rabbitServer } as const;

/** The first of each kind: of each there is one. */
function serversOf(all: readonly ServiceFacts[]): readonly ManagedServer[] {
  return (Object.keys(SERVERS) as (keyof typeof SERVERS)[]).flatMap((section) => {
    const facts = all.find(({ known }) => known?.section === section);
    return facts ? [SERVERS[section](facts)] : [];
  });
}

function managedOf(
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

function nameRabbit(managed: ReadonlyMap<string, ManagedServer>, staying: readonly ServiceFacts[]): void {
  const server = [...managed.values()].find(({ section }) => section === 'rabbitmq');
  if (!server || server.facts.key === RABBIT) return;
  const other = staying.find(({ key }) => key === RABBIT);
  const { facts } = server;
  facts.appName = facts.key.replaceAll('_', '-');
  if (other) {
    [other.key, other.appName, facts.key] = [facts.key, RABBIT, RABBIT];
  } else facts.key = RABBIT;
}

function withRabbit(facts: ServiceFacts, config: JsonObject, { managed, report }: ServiceAround): JsonObject {
  if (managed.get(facts.service.name)?.section !== 'rabbitmq') return config;
  const env = (config.env ?? {}) as JsonObject;
  if (env.RABBITMQ_DEFAULT_PASS) return config;
  report.comment(
    ['services', facts.key, 'env'],
    'Its address is in the secret RABBITMQ-URL, with this password, which is generated.',
  );
  return { ...config, env: { ...env, RABBITMQ_DEFAULT_PASS: { secret: 'rabbitmq_password' } as Json } };
}

/** What others wait for the end of, or says so itself. */
function tasksOf(all: readonly ServiceFacts[]): ReadonlySet<ServiceFacts> {
  const awaited = new Set(
    all.flatMap(({ dependencies }) => dependencies.filter(({ isCompleted }) => isCompleted).map(({ name }) => name)),
  );
  const tasks = all.filter(({ isTask, service }) => isTask || awaited.has(service.name));
  // Without a service there is no deployment to wait for.
  return new Set(tasks.length < all.length ? tasks : []);
}

/** Names that a deployment gives to what belongs to a service. */
function nameJobs(tasks: ReadonlySet<ServiceFacts>, all: readonly ServiceFacts[]): void {
  const others = all.filter((facts) => !tasks.has(facts)).map(({ key, appName }) => appName ?? key);
  const names = new Names(
    others.flatMap((name) => [name, `${name}-migrate`, `${name}-smoke`]),
    (key) => key.replaceAll('_', '-'),
  );
  for (const facts of tasks) facts.key = names.take(facts.key);
}

function sectionsOf(managed: ReadonlyMap<string, ManagedServer>, report: Report): JsonObject {
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

function choicesOf(servers: readonly ManagedServer[]): readonly Choice[] {
  return servers.flatMap(({ section, facts }) =>
    section === 'rabbitmq' ? [] : [{ service: facts.service.name, section, text: CHOICES[section] }],
  );
}
