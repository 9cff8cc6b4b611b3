import { keys, OPTIONS, type Shape, TEXTS, VARIABLES } from './shape.ts';

const UPDATE = {
  keys: keys('parallelism', 'delay', 'failure_action', 'monitor', 'max_failure_ratio', 'order'),
} as const satisfies Shape;

const DEVICES: Shape = {
  items: {
    keys: {
      ...keys('driver', 'count'),
      capabilities: TEXTS,
      device_ids: TEXTS,
      options: { ...OPTIONS, items: { isText: true } },
    },
  },
};

/** https://github.com/compose-spec/compose-spec/blob/main/deploy.md */
export const LIMITS_SHAPE = { keys: keys('cpus', 'memory', 'pids') } as const satisfies Shape;

export const RESERVATIONS_SHAPE = {
  keys: {
    ...keys('cpus', 'memory'),
    devices: DEVICES,
    generic_resources: { items: { keys: { discrete_resource_spec: { keys: keys('kind', 'value') } } } },
  },
} as const satisfies Shape;

export const DEPLOY_SHAPE = {
  keys: {
    ...keys('mode', 'endpoint_mode', 'replicas'),
    labels: VARIABLES,
    placement: {
      keys: {
        max_replicas_per_node: { isText: true },
        constraints: TEXTS,
        preferences: { items: { keys: keys('spread') } },
      },
    },
    resources: { keys: { limits: LIMITS_SHAPE, reservations: RESERVATIONS_SHAPE } },
    restart_policy: { keys: keys('condition', 'delay', 'max_attempts', 'window') },
    rollback_config: UPDATE,
    update_config: UPDATE,
  },
} as const satisfies Shape;
