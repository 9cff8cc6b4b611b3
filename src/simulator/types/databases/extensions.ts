/** What a server of one version and not of another has, in versions of PostgreSQL. */
interface Offered {
  readonly from?: number;
  readonly to?: number;
}

/**
 * What can be allowed by `azure.extensions`
 * (https://learn.microsoft.com/azure/postgresql/extensions/concepts-extensions-by-engine, of June 2026; 13 to 18 differ in few).
 */
const EXTENSIONS: readonly string[] = [
  ...['address_standardizer', 'address_standardizer_data_us', 'age', 'amcheck', 'anon', 'azure_ai', 'azure_storage'],
  ...['bloom', 'btree_gin', 'btree_gist', 'citext', 'credcheck', 'cube', 'dblink', 'dict_int', 'dict_xsyn'],
  ...['earthdistance', 'fuzzystrmatch', 'hll', 'hstore', 'hypopg', 'intagg', 'intarray', 'ip4r', 'isn', 'lo'],
  ...['login_hook', 'ltree', 'oracle_fdw', 'orafce', 'pageinspect', 'pg_buffercache', 'pg_cron', 'pg_diskann'],
  ...['pg_duckdb', 'pg_freespacemap', 'pg_hint_plan', 'pg_ivm', 'pg_partman', 'pg_prewarm', 'pg_repack', 'pg_squeeze'],
  ...['pg_stat_statements', 'pg_trgm', 'pg_visibility', 'pgaudit', 'pgcrypto', 'pglogical', 'pgrouting', 'pgrowlocks'],
  ...['pgstattuple', 'plpgsql', 'plv8', 'postgis', 'postgis_raster', 'postgis_sfcgal', 'postgis_tiger_geocoder'],
  ...['postgis_topology', 'postgres_fdw', 'postgres_protobuf', 'semver', 'session_variable', 'sslinfo', 'tablefunc'],
  ...['tdigest', 'tds_fdw', 'temporal_tables', 'timescaledb', 'topn', 'tsm_system_rows', 'tsm_system_time', 'unaccent'],
  ...['uuid-ossp', 'vector'],
];

/**
 * What can be loaded by `shared_preload_libraries`: those of the same page that need it, by the names of
 * https://learn.microsoft.com/azure/postgresql/server-parameters/param-client-connection-defaults-shared-library-preloading.
 */
const LIBRARIES: readonly string[] = [
  ...['age', 'anon', 'auto_explain', 'azure_storage', 'credcheck', 'pg_cron', 'pg_duckdb', 'pg_failover_slots'],
  ...['pg_hint_plan', 'pg_ivm', 'pg_partman_bgw', 'pg_prewarm', 'pg_squeeze', 'pg_stat_statements', 'pgaudit'],
  ...['pglogical', 'timescaledb', 'wal2json'],
];

const EXCEPTIONS: Readonly<Record<string, Offered>> = {
  pg_diskann: { from: 14 },
  pg_duckdb: { from: 14 },
  pg_failover_slots: { to: 16 },
};

/** Parameters whose values are lists of what the version of the server has. */
const BY_VERSION: Readonly<Record<string, readonly string[]>> = {
  'azure.extensions': EXTENSIONS,
  shared_preload_libraries: LIBRARIES,
};

/** As `allowedValues` tells them, the empty list first; undefined for every other parameter. */
export function allowedByVersion(parameter: string, version: string): string | undefined {
  const all = BY_VERSION[parameter.toLowerCase()];
  const isOffered = (name: string): boolean => {
    const { from = 0, to = Number.POSITIVE_INFINITY } = EXCEPTIONS[name] ?? {};
    return Number(version) >= from && Number(version) <= to;
  };
  return all && ['', ...all.filter(isOffered)].join(',');
}
