import { knownImage } from '../../domain/config/service/known-images.ts';
import type { Choice } from '../draft.ts';

/** What is known of an image without pulling it. */
export interface KnownServer {
  /** What it listens on. */
  readonly port: number;
  /** How it is spoken to: `tcp` is everything but http. */
  readonly transport: 'http' | 'tcp';
  /** Of ours that can take its place. */
  readonly section?: Choice['section'];
  /** Variables by which it is told the password that it then has: nobody outside needs to know it. */
  readonly passwords?: readonly string[];
  /** Why its data may lie on no file share over SMB; absent: nothing is known against it. */
  readonly noShare?: string;
  /** It shows what it has to everybody who comes. */
  readonly isOpen?: true;
  /** Extensions of PostgreSQL that it brings. */
  readonly extensions?: readonly string[];
}

/**
 * Databases lock and map their files as SMB does not allow. "Azure Files … SMB … locks are mandatory, and no hard links":
 * https://learn.microsoft.com/azure/storage/files/nfs-large-directories, https://www.postgresql.org/docs/current/creating-cluster.html#CREATING-CLUSTER-FILESYSTEM,
 * https://www.mongodb.com/docs/manual/administration/production-notes/
 */
const DATABASE = 'a database breaks on a file share over SMB';
const OF_PROMETHEUS = 'its storage needs a POSIX file system (https://prometheus.io/docs/prometheus/latest/storage/)';

const POSTGRES: KnownServer = {
  port: 5432,
  transport: 'tcp',
  section: 'postgresql',
  passwords: ['POSTGRES_PASSWORD', 'POSTGRESQL_PASSWORD'],
  noShare: DATABASE,
};
const MYSQL: KnownServer = {
  port: 3306,
  transport: 'tcp',
  passwords: ['MYSQL_ROOT_PASSWORD', 'MYSQL_PASSWORD', 'MARIADB_ROOT_PASSWORD', 'MARIADB_PASSWORD'],
  noShare: DATABASE,
};
const REDIS: KnownServer = {
  port: 6379,
  transport: 'tcp',
  section: 'redis',
  passwords: ['REDIS_PASSWORD'],
  noShare: DATABASE,
};
const MONGO: KnownServer = {
  port: 27017,
  transport: 'tcp',
  section: 'mongo',
  passwords: ['MONGO_INITDB_ROOT_PASSWORD'],
  noShare: DATABASE,
};
const SEARCH: KnownServer = {
  port: 9200,
  transport: 'http',
  noShare: DATABASE,
  isOpen: true,
  passwords: ['ELASTIC_PASSWORD'],
};

/** By the last part of the repository's name; ports are those that its page on Docker Hub, or of its maker, names. */
const KNOWN: Readonly<Record<string, KnownServer>> = {
  postgres: POSTGRES,
  postgresql: POSTGRES,
  pgvector: { ...POSTGRES, extensions: ['vector'] },
  postgis: { ...POSTGRES, extensions: ['postgis'] },
  timescaledb: { ...POSTGRES, extensions: ['timescaledb'] },
  mysql: MYSQL,
  'mysql-server': MYSQL,
  mariadb: MYSQL,
  percona: MYSQL,
  redis: REDIS,
  'redis-stack-server': REDIS,
  valkey: REDIS,
  keydb: REDIS,
  dragonfly: REDIS,
  mongo: MONGO,
  mongodb: MONGO,
  rabbitmq: {
    port: 5672,
    transport: 'tcp',
    section: 'rabbitmq',
    passwords: ['RABBITMQ_DEFAULT_PASS'],
    noShare: 'its folder has a cookie with rights that SMB does not know',
  },
  memcached: { port: 11211, transport: 'tcp' },
  mssql: { port: 1433, transport: 'tcp', passwords: ['SA_PASSWORD', 'MSSQL_SA_PASSWORD'], noShare: DATABASE },
  server: { port: 1433, transport: 'tcp', passwords: ['SA_PASSWORD', 'MSSQL_SA_PASSWORD'], noShare: DATABASE },
  cassandra: { port: 9042, transport: 'tcp', noShare: DATABASE },
  clickhouse: { port: 8123, transport: 'http', noShare: DATABASE },
  'clickhouse-server': { port: 8123, transport: 'http', passwords: ['CLICKHOUSE_PASSWORD'], noShare: DATABASE },
  elasticsearch: SEARCH,
  opensearch: SEARCH,
  kibana: { port: 5601, transport: 'http', isOpen: true },
  'opensearch-dashboards': { port: 5601, transport: 'http', isOpen: true },
  logstash: { port: 5044, transport: 'tcp' },
  solr: { port: 8983, transport: 'http', noShare: DATABASE, isOpen: true },
  couchdb: { port: 5984, transport: 'http', passwords: ['COUCHDB_PASSWORD'], noShare: DATABASE },
  influxdb: { port: 8086, transport: 'http', noShare: DATABASE },
  neo4j: { port: 7474, transport: 'http', noShare: DATABASE },
  qdrant: { port: 6333, transport: 'http', isOpen: true },
  weaviate: { port: 8080, transport: 'http', isOpen: true, noShare: DATABASE },
  chroma: { port: 8000, transport: 'http', isOpen: true, noShare: DATABASE },
  meilisearch: { port: 7700, transport: 'http', noShare: DATABASE },
  etcd: { port: 2379, transport: 'tcp', noShare: DATABASE },
  consul: { port: 8500, transport: 'http', isOpen: true },
  zookeeper: { port: 2181, transport: 'tcp', noShare: DATABASE },
  'cp-zookeeper': { port: 2181, transport: 'tcp', noShare: DATABASE },
  kafka: { port: 9092, transport: 'tcp', noShare: DATABASE },
  'cp-kafka': { port: 9092, transport: 'tcp', noShare: DATABASE },
  redpanda: { port: 9092, transport: 'tcp', noShare: DATABASE },
  nats: { port: 4222, transport: 'tcp' },
  activemq: { port: 61616, transport: 'tcp' },
  'eclipse-mosquitto': { port: 1883, transport: 'tcp' },
  minio: { port: 9000, transport: 'http', passwords: ['MINIO_ROOT_PASSWORD', 'MINIO_SECRET_KEY'] },
  azurite: { port: 10000, transport: 'http', isOpen: true },
  prometheus: { port: 9090, transport: 'http', isOpen: true, noShare: OF_PROMETHEUS },
  alertmanager: { port: 9093, transport: 'http', isOpen: true },
  'node-exporter': { port: 9100, transport: 'http', isOpen: true },
  cadvisor: { port: 8080, transport: 'http', isOpen: true },
  loki: { port: 3100, transport: 'http', isOpen: true },
  grafana: { port: 3000, transport: 'http', passwords: ['GF_SECURITY_ADMIN_PASSWORD'], noShare: DATABASE },
  'all-in-one': { port: 16686, transport: 'http', isOpen: true },
  zipkin: { port: 9411, transport: 'http', isOpen: true },
  adminer: { port: 8080, transport: 'http', isOpen: true },
  phpmyadmin: { port: 80, transport: 'http', isOpen: true },
  pgadmin4: { port: 80, transport: 'http', isOpen: true, passwords: ['PGADMIN_DEFAULT_PASSWORD'] },
  'mongo-express': { port: 8081, transport: 'http', isOpen: true },
  'redis-commander': { port: 8081, transport: 'http', isOpen: true },
  flower: { port: 5555, transport: 'http', isOpen: true },
  mailhog: { port: 8025, transport: 'http', isOpen: true },
  mailpit: { port: 8025, transport: 'http', isOpen: true },
  maildev: { port: 1080, transport: 'http', isOpen: true },
  nginx: { port: 80, transport: 'http' },
  httpd: { port: 80, transport: 'http' },
  caddy: { port: 80, transport: 'http' },
  traefik: { port: 80, transport: 'http' },
  haproxy: { port: 80, transport: 'http' },
  wordpress: { port: 80, transport: 'http' },
  nextcloud: { port: 80, transport: 'http' },
  drupal: { port: 80, transport: 'http' },
  joomla: { port: 80, transport: 'http' },
  ghost: { port: 2368, transport: 'http' },
  gitea: { port: 3000, transport: 'http' },
  keycloak: { port: 8080, transport: 'http', passwords: ['KEYCLOAK_ADMIN_PASSWORD', 'KC_BOOTSTRAP_ADMIN_PASSWORD'] },
  metabase: { port: 3000, transport: 'http' },
  n8n: { port: 5678, transport: 'http' },
  tomcat: { port: 8080, transport: 'http' },
  jetty: { port: 8080, transport: 'http' },
  whoami: { port: 80, transport: 'http' },
  ollama: { port: 11434, transport: 'http', isOpen: true },
};

/** @param image reference with registry, tag and digest, as far as it has them */
export function knownServer(image: string | undefined): KnownServer | undefined {
  const parts = image?.split('@')[0]?.split('/') ?? [];
  const name = parts.at(-1)?.split(':')[0] ?? '';
  // Many things are called so; this one is Microsoft's.
  if (name === 'server' && parts.at(-2) !== 'mssql') return undefined;
  const found = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  const refused = knownImage(image)?.refused;
  return found && refused !== undefined ? { ...found, noShare: refused } : found;
}

/** The port on which a container of an image listens where nobody says another; undefined: not known. */
export function imagePort(image: string): number | undefined {
  return knownServer(image)?.port;
}

const TCP_PORTS = new Set(Object.values(KNOWN).flatMap(({ port, transport }) => (transport === 'tcp' ? [port] : [])));

/** Whether what listens there is, in all likelihood, something else than http. */
export function isTcpPort(port: number): boolean {
  return TCP_PORTS.has(port);
}
