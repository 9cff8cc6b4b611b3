import { z } from 'zod';
import type { ArmResource } from '../azure/ports.ts';
import { isWritten } from '../domain/config/provenance.ts';
import type { DesireInput } from '../domain/desired.ts';
import { hasSection } from '../domain/sections/sections.ts';
import { STORAGE_ENDPOINTS } from '../domain/sections/storage-endpoints.ts';
import { incarnation } from '../domain/tags.ts';
import { converge, convergeAll, convergeInOrder } from '../engine/converge.ts';
import { doOnce } from '../engine/do-once.ts';
import { convergeGeneric, makesGeneric } from '../engine/generic/converge-generic.ts';
import { packageFacts } from '../engine/generic/publish-package.ts';
import { liveText } from '../engine/live-value.ts';
import { defineRecord } from '../engine/record.ts';
import { settleAll } from '../engine/settle.ts';
import type { Step, StepContext } from '../engine/step.ts';
import { isWaiting, untilAny, type Waiting } from '../engine/waiting/waiting.ts';
import { goneShares } from '../preflight/gone-shares.ts';
import { redisPlan } from '../preflight/redis-kind.ts';
import {
  POSTGRESQL_CONFIGURATION,
  PRELOADED_LIBRARIES,
  postgresConfigurations,
} from '../resources/postgresql-configuration.ts';
import { postgresDatabases } from '../resources/postgresql-database.ts';
import { postgresFirewallRules } from '../resources/postgresql-firewall-rule.ts';
import { postgresServer } from '../resources/postgresql-server.ts';
import { classicRedis } from '../resources/redis-classic.ts';
import { managedRedis } from '../resources/redis-managed.ts';
import { managedRedisDatabase } from '../resources/redis-managed-database.ts';
import { storageAccount } from '../resources/storage/account.ts';
import { blobContainers } from '../resources/storage/blob-container.ts';
import { fileShares } from '../resources/storage/file-share.ts';
import { storageQueues } from '../resources/storage/queue.ts';
import { genericResources } from '../resources/templates/of-step.ts';
import { renewedTemplateOutputs } from '../resources/templates/renewed.ts';
import { databasePassword } from '../secrets/random-secret.ts';
import { type Json, type JsonObject, jsonAt, scalarText } from '../shared/json.ts';

type Database =
  | {
      readonly kind: 'ready';
      readonly outputs: Readonly<Record<string, string>>;
      readonly metadata?: Readonly<Record<string, Json>>;
    }
  | Waiting;

/** The libraries with which this run has started the server anew. */
const RESTARTED = defineRecord({ name: 'postgresql:restarted', scope: 'run', schema: z.string() });

const NAME = 'create_databases';
const SECTIONS_MADE = ['postgresql', 'redis', 'storage'] as const;

/**
 * Step 6: the PostgreSQL server with its databases, Redis, the storage account with what lies in it, and resources of any type that
 * need nothing but the group, side by side, as far as they are asked for.
 */
export const createDatabases: Step = {
  name: NAME,
  desire: (input: DesireInput) => [
    ...(hasSection(input.config, 'postgresql') ? [postgresServer(input), ...postgresChildren(input)] : []),
    ...(hasSection(input.config, 'redis') ? caches(input) : []),
    ...(hasSection(input.config, 'storage') ? [storageAccount(input), ...storageChildren(input)] : []),
    ...genericResources(input, NAME),
  ],
  isIdle: (config) => !(SECTIONS_MADE.some((section) => hasSection(config, section)) || makesGeneric(config, NAME)),
  facts: (sources) => packageFacts(sources, NAME),
  renews: ({ changed }, config) => renewedTemplateOutputs(config, NAME, changed),
  troubles: goneShares,

  omits: async (_, input, look) => {
    const server = postgresServer(input);
    const live = await look(server);
    const becomesPublic = isWritten(input.config, PUBLIC_ACCESS);
    return !live || becomesPublic || isPublic(live) ? [] : postgresFirewallRules(input).map(({ key }) => key);
  },

  async headStart(context) {
    // All of it begins; once the server is there others may go on with it. Without one nobody has anything to go on with.
    const { server, all } = await convergeDatabases(context);
    const waits = all.filter(isWaiting);
    if (isWaiting(server) || (!server && waits.length > 0)) return untilAny(waits);
    return { kind: 'completed', outputs: server?.outputs ?? {} };
  },

  async run(context) {
    const { all: databases } = await convergeDatabases(context);
    const waits = databases.filter(isWaiting);
    if (waits.length > 0) return untilAny(waits);
    const ready = databases.flatMap((database) => (database.kind === 'ready' ? [database] : []));
    const metadata = Object.assign({}, ...ready.map((one) => ('metadata' in one ? one.metadata : {})));
    return {
      kind: 'completed',
      outputs: Object.assign({}, ...ready.map(({ outputs }) => outputs)),
      ...(Object.keys(metadata).length > 0 && { metadata }),
    };
  },
};

async function convergeDatabases(context: StepContext) {
  const { config } = context;
  // All are taken as far as they go before a failure is thrown, so that what has started is recorded.
  const [server, ...others] = await settleAll([
    hasSection(config, 'postgresql') ? convergePostgres(context) : undefined,
    ...(hasSection(config, 'redis') ? [convergeRedis(context)] : []),
    ...(hasSection(config, 'storage') ? [convergeStorage(context)] : []),
    convergeGeneric(context, NAME),
  ]);
  return { server, all: server ? [server, ...others] : others };
}

function caches(input: DesireInput) {
  const { kind } = input.config.redis;
  return kind === 'classic' ? [classicRedis(input)] : [managedRedis(input), managedRedisDatabase(input)];
}

function storageChildren(input: DesireInput) {
  return [...blobContainers(input), ...storageQueues(input), ...fileShares(input)];
}

/** In the order in which they are made: the server takes one change at a time. */
function postgresChildren(input: DesireInput) {
  return [...withoutRules(input), ...postgresFirewallRules(input)];
}

function withoutRules(input: DesireInput) {
  return [...postgresConfigurations(input), ...postgresDatabases(input)];
}

const PUBLIC_ACCESS = 'postgresql.public_access';

/** A server in a network of its own has no firewall rules (https://github.com/Azure/azure-rest-api-specs/issues/20616). */
function isPublic(server: JsonObject): boolean {
  return jsonAt(server, 'properties.network.publicNetworkAccess') !== 'Disabled';
}

async function convergePostgres(context: StepContext): Promise<Database> {
  const desired = postgresServer(context);

  // Observe, ensure, sync: the server takes longest; its first password is random and kept nowhere.
  const server = await converge(context, desired, {
    createWith: { properties: { administratorLoginPassword: databasePassword(context.config.postgresql.adminUser) } },
  });
  if (server.kind === 'waiting') return server;
  const rules = isPublic(server.live) ? postgresFirewallRules(context) : [];
  const children = await convergeInOrder(context, [...withoutRules(context), ...rules]);
  if (children.kind === 'waiting') return children;
  const libraries = await loadLibraries(context);
  if (libraries.kind === 'waiting') return libraries;

  // Check: it has an address.
  return {
    kind: 'ready',
    ...(libraries.loaded !== undefined && { metadata: { loadedLibraries: libraries.loaded } }),
    outputs: {
      postgresServerId: desired.id,
      postgresHost: liveText(server.live, 'properties.fullyQualifiedDomainName'),
      postgresIncarnation: incarnation(server.live),
      // Of a server that was taken over, whoever made it has chosen the login.
      postgresUser: scalarText(
        jsonAt(server.live, 'properties.administratorLogin'),
        context.config.postgresql.adminUser,
      ),
    },
  };
}

/**
 * Libraries are loaded when a server starts: it is started anew once for what we added, and never for what others did
 * (https://learn.microsoft.com/rest/api/postgresql/servers/restart).
 */
async function loadLibraries(
  context: StepContext,
): Promise<{ readonly kind: 'loaded'; readonly loaded?: string } | Waiting> {
  const wanted = postgresConfigurations(context).find(({ key }) => key === PRELOADED_LIBRARIES);
  if (!wanted) return { kind: 'loaded' };
  const loaded = scalarText(jsonAt(wanted.body, 'properties.value'));
  const live = await context.azure.arm.get(wanted.id, POSTGRESQL_CONFIGURATION.apiVersion);
  const isPending = jsonAt(live ?? {}, 'properties.isConfigPendingRestart') === true;
  if (!isPending || context.previous?.metadata.loadedLibraries === loaded) return { kind: 'loaded', loaded };
  const server = postgresServer(context);
  const restarting = await doOnce(context, RESTARTED, {
    key: 'postgresql:restart',
    title: `the restart of ${server.title}`,
    beginning: `restarting ${server.title}, which then loads ${loaded}`,
    timeoutInSeconds: server.kind.timeoutInSeconds,
    mark: loaded,
    send: () => context.azure.arm.post(`${server.id}/restart`, server.kind.apiVersion),
  });
  return restarting ?? { kind: 'loaded', loaded };
}

async function convergeRedis(context: StepContext): Promise<Database> {
  // Observe.
  const { kind, cache, database } = await redisPlan(context);

  // Ensure, sync.
  const result = await convergeInOrder(context, database ? [cache, database] : [cache]);
  if (result.kind === 'waiting') return result;

  // Check: it has an address and a TLS port.
  const [live, liveDatabase] = result.live;
  return {
    kind: 'ready',
    outputs: {
      redisId: cache.id,
      redisKind: kind,
      redisHost: liveText(live, 'properties.hostName'),
      redisPort: tlsPort(live, liveDatabase),
      redisIncarnation: live ? incarnation(live) : '',
    },
  };
}

function tlsPort(cache: ArmResource | undefined, database: ArmResource | undefined): string {
  return database ? liveText(database, 'properties.port') : liveText(cache, 'properties.sslPort');
}

async function convergeStorage(context: StepContext): Promise<Database> {
  const desired = storageAccount(context);

  // Observe, ensure, sync: what lies in the account needs it.
  const account = await converge(context, desired);
  if (account.kind === 'waiting') return account;
  const children = await convergeAll(context, storageChildren(context));
  if (children.kind === 'waiting') return children;

  // Check: it has the addresses that shares are mounted from and clients ask.
  const endpoints = Object.entries(STORAGE_ENDPOINTS).flatMap(([service, output]) => {
    const address = scalarText(jsonAt(account.live, `properties.primaryEndpoints.${service}`));
    return address === '' ? [] : [[output, address] as const];
  });
  return {
    kind: 'ready',
    outputs: {
      storageId: desired.id,
      storageIncarnation: incarnation(account.live),
      ...Object.fromEntries(endpoints),
    },
  };
}
