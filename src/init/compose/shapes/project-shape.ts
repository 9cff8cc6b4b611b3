import { SERVICE_SHAPE } from './service-shape.ts';
import { keys, OPTIONS, type Shape, TEXT, TEXT_OR_LIST, TEXTS, VARIABLES } from './shape.ts';

export const INCLUDE_SHAPE = {
  keys: { path: TEXT_OR_LIST, env_file: TEXT_OR_LIST, project_directory: TEXT },
} as const satisfies Shape;

/** Where one of them is somebody else's: `true`, or in the old form with its name. */
const EXTERNAL: Shape = { isText: true, keys: keys('name') };

export const VOLUME_SHAPE = {
  keys: { ...keys('name', 'driver'), driver_opts: OPTIONS, external: EXTERNAL, labels: VARIABLES },
} as const satisfies Shape;

export const NETWORK_SHAPE = {
  keys: {
    ...keys('name', 'driver', 'internal', 'enable_ipv4', 'enable_ipv6', 'attachable'),
    driver_opts: OPTIONS,
    external: EXTERNAL,
    ipam: {
      keys: {
        driver: TEXT,
        config: { items: { keys: { ...keys('subnet', 'ip_range', 'gateway'), aux_addresses: OPTIONS } } },
        options: OPTIONS,
      },
    },
    labels: VARIABLES,
  },
} as const satisfies Shape;

export const SECRET_SHAPE = {
  keys: {
    ...keys('name', 'environment', 'file', 'driver', 'template_driver'),
    driver_opts: OPTIONS,
    external: EXTERNAL,
    labels: VARIABLES,
  },
} as const satisfies Shape;

export const CONFIG_SHAPE = {
  keys: {
    ...keys('name', 'content', 'environment', 'file', 'template_driver'),
    external: EXTERNAL,
    labels: VARIABLES,
  },
} as const satisfies Shape;

const MODEL_SHAPE = {
  keys: { ...keys('name', 'model', 'context_size'), runtime_flags: TEXTS },
} as const satisfies Shape;

/** https://github.com/compose-spec/compose-spec/blob/main/03-compose-file.md */
export const PROJECT_SHAPE = {
  keys: {
    version: TEXT,
    name: TEXT,
    include: { items: { isText: true, ...INCLUDE_SHAPE } },
    services: { each: SERVICE_SHAPE },
    networks: { each: NETWORK_SHAPE },
    volumes: { each: VOLUME_SHAPE },
    configs: { each: CONFIG_SHAPE },
    secrets: { each: SECRET_SHAPE },
    models: { each: MODEL_SHAPE },
  },
} as const satisfies Shape;
