import { BUILD_KEYS } from './build-keys.ts';
import { DEPLOY_KEYS, LIMITS_KEYS, RESERVATIONS_KEYS, RESOURCES_KEYS } from './deploy-keys.ts';
import { HEALTHCHECK_KEYS } from './healthcheck-keys.ts';
import { MOUNT_KEYS } from './mount-keys.ts';
import {
  DEPENDENCY_KEYS,
  ENV_FILE_KEYS,
  EXTENDS_KEYS,
  FILE_KEYS,
  INCLUDE_KEYS,
  SERVICE_NETWORK_KEYS,
} from './part-keys.ts';
import { PORT_KEYS } from './port-keys.ts';
import { SERVICE_KEYS } from './service-keys.ts';
import { CONFIG_KEYS, NETWORK_KEYS, SECRET_KEYS, TOP_KEYS, VOLUME_KEYS } from './top-keys.ts';

/** Keys that stand at one place of a Compose file, with what becomes of each. */
export interface Level {
  /** Where they stand; NAME is the user's own. */
  readonly at: string;
  readonly rows: Readonly<Record<string, { readonly becomes: string; readonly left?: unknown }>>;
}

/** Every place of which keys are read. What a key of which nothing comes over has in it, goes with it. */
export const LEVELS: readonly Level[] = [
  { at: '', rows: TOP_KEYS },
  { at: 'include[]', rows: INCLUDE_KEYS },
  { at: 'services.NAME', rows: SERVICE_KEYS },
  { at: 'services.NAME.build', rows: BUILD_KEYS },
  { at: 'services.NAME.depends_on.NAME', rows: DEPENDENCY_KEYS },
  { at: 'services.NAME.deploy', rows: DEPLOY_KEYS },
  { at: 'services.NAME.deploy.resources', rows: RESOURCES_KEYS },
  { at: 'services.NAME.deploy.resources.limits', rows: LIMITS_KEYS },
  { at: 'services.NAME.deploy.resources.reservations', rows: RESERVATIONS_KEYS },
  { at: 'services.NAME.env_file[]', rows: ENV_FILE_KEYS },
  { at: 'services.NAME.extends', rows: EXTENDS_KEYS },
  { at: 'services.NAME.healthcheck', rows: HEALTHCHECK_KEYS },
  { at: 'services.NAME.networks.NAME', rows: SERVICE_NETWORK_KEYS },
  { at: 'services.NAME.ports[]', rows: PORT_KEYS },
  { at: 'services.NAME.secrets[], services.NAME.configs[]', rows: FILE_KEYS },
  { at: 'services.NAME.volumes[]', rows: MOUNT_KEYS },
  { at: 'networks.NAME', rows: NETWORK_KEYS },
  { at: 'volumes.NAME', rows: VOLUME_KEYS },
  { at: 'configs.NAME', rows: CONFIG_KEYS },
  { at: 'secrets.NAME', rows: SECRET_KEYS },
];
