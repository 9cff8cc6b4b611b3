import type { JsonObject } from '../../shared/json.ts';

/** A server parameter as a new server has it. */
interface ServerParameter {
  readonly value: string;
  readonly dataType: 'Boolean' | 'Integer' | 'Enumeration' | 'Set' | 'String';
  readonly allowedValues: string;
  readonly description: string;
  /** Takes effect after a restart only. */
  readonly isStatic?: true;
}

/**
 * Those that deployments set or look at, of a Burstable server of 2 GiB; Azure has several hundred more.
 * https://learn.microsoft.com/azure/postgresql/server-parameters/concepts-server-parameters and its pages.
 */
export const SERVER_PARAMETERS: Readonly<Record<string, ServerParameter>> = {
  'azure.extensions': {
    value: '',
    dataType: 'Set',
    // Of each version others: databases/extensions.ts.
    allowedValues: '',
    description: 'Specifies which extensions are allowed to be created in the server.',
  },
  log_connections: toggle('on', 'Logs each successful connection.'),
  log_disconnections: toggle('off', 'Logs end of a session, including duration.'),
  log_min_duration_statement: {
    value: '-1',
    dataType: 'Integer',
    allowedValues: '-1-2147483647',
    description: 'Sets the minimum execution time (in milliseconds) above which statements will be logged.',
  },
  max_connections: {
    value: '50',
    dataType: 'Integer',
    allowedValues: '25-5000',
    description: 'Sets the maximum number of concurrent connections to the database server.',
    isStatic: true,
  },
  password_encryption: {
    value: 'scram-sha-256',
    dataType: 'Enumeration',
    allowedValues: 'md5,scram-sha-256',
    description: 'Determines the algorithm to use to encrypt the password.',
  },
  require_secure_transport: toggle(
    'ON',
    'Whether client connections to the server are required to use some form of secure transport.',
  ),
  shared_preload_libraries: {
    value: 'pg_cron,pg_stat_statements',
    dataType: 'Set',
    // Of each version others: databases/extensions.ts.
    allowedValues: '',
    description: 'Lists shared libraries to preload into server.',
    isStatic: true,
  },
  ssl_min_protocol_version: {
    value: 'TLSv1.2',
    dataType: 'Enumeration',
    allowedValues: 'TLSv1.2,TLSv1.3',
    description: 'Sets the minimum SSL/TLS protocol version to use.',
  },
  timezone: {
    value: 'UTC',
    dataType: 'String',
    allowedValues: '.*',
    description: 'Sets the time zone for displaying and interpreting time stamps.',
  },
  work_mem: {
    value: '4096',
    dataType: 'Integer',
    allowedValues: '4096-2097151',
    description: 'Sets the maximum memory to be used for query workspaces.',
  },
};

function toggle(value: string, description: string): ServerParameter {
  return { value, dataType: 'Boolean', allowedValues: 'on,off', description };
}

/** What GET answers of a parameter beside its value; of one that is not in the list, that somebody set it. */
export function parameterDefaults(name: string): JsonObject {
  const known = SERVER_PARAMETERS[name.toLowerCase()];
  if (!known) return { source: 'user-override' };
  const { value, isStatic, ...described } = known;
  return {
    ...described,
    value,
    defaultValue: value,
    source: 'user-override',
    isDynamicConfig: !isStatic,
    isReadOnly: false,
    isConfigPendingRestart: false,
    documentationLink: `https://www.postgresql.org/docs/current/runtime-config.html#GUC-${name.toUpperCase().replaceAll(/[._]/g, '-')}`,
  };
}
