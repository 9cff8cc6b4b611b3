import { BUILD_SHAPE } from './build-shape.ts';
import { DEPLOY_SHAPE } from './deploy-shape.ts';
import { keys, OPTIONS, type Shape, TEXT, TEXT_OR_LIST, TEXTS, VARIABLES } from './shape.ts';

export const PORT_SHAPE = {
  keys: keys('name', 'mode', 'host_ip', 'target', 'published', 'protocol', 'app_protocol'),
} as const satisfies Shape;

export const MOUNT_SHAPE = {
  keys: {
    ...keys('type', 'source', 'target', 'read_only', 'consistency'),
    bind: { keys: keys('propagation', 'create_host_path', 'recursive', 'selinux') },
    volume: { keys: { ...keys('nocopy', 'subpath'), labels: VARIABLES } },
    tmpfs: { keys: keys('size', 'mode') },
    image: { keys: keys('subpath') },
  },
} as const satisfies Shape;

export const HEALTHCHECK_SHAPE = {
  keys: {
    ...keys('disable', 'interval', 'retries', 'timeout', 'start_period', 'start_interval'),
    test: TEXT_OR_LIST,
  },
} as const satisfies Shape;

export const DEPENDENCY_SHAPE = { keys: keys('condition', 'restart', 'required') } as const satisfies Shape;

export const ENV_FILE_SHAPE = { keys: keys('path', 'required', 'format') } as const satisfies Shape;

export const SERVICE_FILE_SHAPE = {
  keys: keys('source', 'target', 'uid', 'gid', 'mode'),
} as const satisfies Shape;

export const SERVICE_NETWORK_SHAPE = {
  keys: {
    ...keys('interface_name', 'ipv4_address', 'ipv6_address', 'mac_address', 'priority', 'gw_priority'),
    aliases: TEXTS,
    link_local_ips: TEXTS,
    driver_opts: OPTIONS,
  },
} as const satisfies Shape;

const WATCH_SHAPE: Shape = {
  keys: {
    ...keys('path', 'action', 'target', 'initial_sync'),
    ignore: TEXT_OR_LIST,
    include: TEXT_OR_LIST,
    exec: { keys: { ...keys('user', 'privileged', 'working_dir'), command: TEXT_OR_LIST, environment: VARIABLES } },
  },
};

const HOOK_SHAPE: Shape = {
  keys: {
    ...keys('user', 'privileged', 'working_dir', 'per_replica'),
    command: TEXT_OR_LIST,
    environment: VARIABLES,
  },
};

const DEVICE_SHAPE: Shape = {
  keys: { ...keys('driver', 'count'), capabilities: TEXTS, device_ids: TEXTS, options: { ...OPTIONS, items: TEXT } },
};

const RATES: Shape = { items: { keys: keys('path', 'rate') } };

/** https://github.com/compose-spec/compose-spec/blob/main/05-services.md */
export const SERVICE_SHAPE = {
  keys: {
    annotations: VARIABLES,
    attach: TEXT,
    blkio_config: {
      keys: {
        device_read_bps: RATES,
        device_read_iops: RATES,
        device_write_bps: RATES,
        device_write_iops: RATES,
        weight: TEXT,
        weight_device: { items: { keys: keys('path', 'weight') } },
      },
    },
    build: { isText: true, ...BUILD_SHAPE },
    cap_add: TEXTS,
    cap_drop: TEXTS,
    cgroup: TEXT,
    cgroup_parent: TEXT,
    command: TEXT_OR_LIST,
    configs: { items: { isText: true, ...SERVICE_FILE_SHAPE } },
    container_name: TEXT,
    cpu_count: TEXT,
    cpu_percent: TEXT,
    cpu_period: TEXT,
    cpu_quota: TEXT,
    cpu_rt_period: TEXT,
    cpu_rt_runtime: TEXT,
    cpu_shares: TEXT,
    cpus: TEXT,
    cpuset: TEXT,
    credential_spec: { keys: keys('config', 'file', 'registry') },
    depends_on: { items: TEXT, each: DEPENDENCY_SHAPE },
    deploy: DEPLOY_SHAPE,
    develop: { keys: { watch: { items: WATCH_SHAPE } } },
    device_cgroup_rules: TEXTS,
    devices: { items: { isText: true, keys: keys('source', 'target', 'permissions') } },
    dns: TEXT_OR_LIST,
    dns_opt: TEXTS,
    dns_search: TEXT_OR_LIST,
    domainname: TEXT,
    entrypoint: TEXT_OR_LIST,
    env_file: { isText: true, items: { isText: true, ...ENV_FILE_SHAPE } },
    environment: VARIABLES,
    expose: TEXTS,
    extends: { isText: true, keys: keys('service', 'file') },
    external_links: TEXTS,
    extra_hosts: { items: TEXT, each: TEXT_OR_LIST },
    gpus: { isText: true, items: DEVICE_SHAPE },
    group_add: TEXTS,
    healthcheck: HEALTHCHECK_SHAPE,
    hostname: TEXT,
    image: TEXT,
    init: TEXT,
    ipc: TEXT,
    isolation: TEXT,
    label_file: TEXT_OR_LIST,
    labels: VARIABLES,
    links: TEXTS,
    logging: { keys: { driver: TEXT, options: OPTIONS } },
    mac_address: TEXT,
    mem_limit: TEXT,
    mem_reservation: TEXT,
    mem_swappiness: TEXT,
    memswap_limit: TEXT,
    models: { items: TEXT, each: { keys: keys('endpoint_var', 'model_var') } },
    network_mode: TEXT,
    networks: { items: TEXT, each: SERVICE_NETWORK_SHAPE },
    oom_kill_disable: TEXT,
    oom_score_adj: TEXT,
    pid: TEXT,
    pids_limit: TEXT,
    platform: TEXT,
    ports: { items: { isText: true, ...PORT_SHAPE } },
    post_start: { items: HOOK_SHAPE },
    pre_start: { items: HOOK_SHAPE },
    pre_stop: { items: HOOK_SHAPE },
    privileged: TEXT,
    profiles: TEXTS,
    provider: { keys: { type: TEXT, options: OPTIONS } },
    pull_policy: TEXT,
    pull_refresh_after: TEXT,
    read_only: TEXT,
    restart: TEXT,
    runtime: TEXT,
    scale: TEXT,
    secrets: { items: { isText: true, ...SERVICE_FILE_SHAPE } },
    security_opt: TEXTS,
    shm_size: TEXT,
    stdin_open: TEXT,
    stop_grace_period: TEXT,
    stop_signal: TEXT,
    storage_opt: OPTIONS,
    sysctls: VARIABLES,
    tmpfs: TEXT_OR_LIST,
    tty: TEXT,
    ulimits: { each: { isText: true, keys: keys('soft', 'hard') } },
    use_api_socket: TEXT,
    user: TEXT,
    userns_mode: TEXT,
    uts: TEXT,
    volumes: { items: { isText: true, ...MOUNT_SHAPE } },
    volumes_from: TEXTS,
    working_dir: TEXT,
  },
} as const satisfies Shape;
