import type { Tree } from '../../compose/tree.ts';
import { itemsOf } from '../../compose/tree.ts';
import type { ServiceFacts } from '../facts.ts';
import type { KeyRow, KeyTable } from '../key-row.ts';
import { composeText, isTrue } from '../text.ts';

/** Keys that say something of the machine on which containers run, or of its kernel. */
const KEYS = [
  ...['annotations', 'blkio_config', 'cap_add', 'cap_drop', 'cgroup', 'cgroup_parent', 'cpu_count', 'cpu_percent'],
  ...['cpu_period', 'cpu_quota', 'cpu_rt_period', 'cpu_rt_runtime', 'cpu_shares', 'cpuset', 'credential_spec'],
  ...['device_cgroup_rules', 'devices', 'dns', 'dns_opt', 'dns_search', 'domainname', 'gpus', 'group_add', 'ipc'],
  ...['isolation', 'logging', 'mac_address', 'mem_swappiness', 'memswap_limit', 'oom_kill_disable', 'oom_score_adj'],
  ...['pid', 'pids_limit', 'privileged', 'pull_policy', 'pull_refresh_after', 'read_only', 'runtime', 'security_opt'],
  ...['shm_size', 'stop_signal', 'storage_opt', 'sysctls', 'ulimits', 'use_api_socket', 'userns_mode', 'uts'],
] as const;

const MACHINE = 'nobody sees the machines of Container Apps, nor their kernel';
const RIGHTS = 'containers run with the rights that Azure gives them, and get no others';
const PROCESSOR_TIME = 'Container Apps know nothing of it; "cpu" says how much there is';
const SWAP = 'there is no swap; "memory" says how much there is';
const DNS =
  'names are found as Azure finds them; a zone of your own belongs to the virtual network of "container_apps.subnet"';
const DEVICES = 'this deployment makes environments without GPUs and devices';
const PULLS = 'an image is pulled with each revision; name it by a tag that does not move';

const WHY: Readonly<Record<(typeof KEYS)[number], string>> = {
  annotations: 'nobody reads annotations of containers on Azure; "tags" are those of resources',
  blkio_config: MACHINE,
  cap_add: RIGHTS,
  cap_drop: RIGHTS,
  cgroup: MACHINE,
  cgroup_parent: MACHINE,
  cpu_count: PROCESSOR_TIME,
  cpu_percent: PROCESSOR_TIME,
  cpu_period: PROCESSOR_TIME,
  cpu_quota: PROCESSOR_TIME,
  cpu_rt_period: PROCESSOR_TIME,
  cpu_rt_runtime: PROCESSOR_TIME,
  cpu_shares: PROCESSOR_TIME,
  cpuset: PROCESSOR_TIME,
  credential_spec: 'it is of Windows containers, which Container Apps do not run',
  device_cgroup_rules: DEVICES,
  devices: DEVICES,
  dns: DNS,
  dns_opt: DNS,
  dns_search: DNS,
  domainname: DNS,
  gpus: DEVICES,
  group_add: RIGHTS,
  ipc: MACHINE,
  isolation: 'it is of Windows containers, which Container Apps do not run',
  logging: 'what a container writes goes to the log workspace of "monitoring", whatever is said here',
  mac_address: MACHINE,
  mem_swappiness: SWAP,
  memswap_limit: SWAP,
  oom_kill_disable: MACHINE,
  oom_score_adj: MACHINE,
  pid: MACHINE,
  pids_limit: MACHINE,
  privileged: RIGHTS,
  pull_policy: PULLS,
  pull_refresh_after: PULLS,
  read_only: 'the files of a container can be written, and are gone with it',
  runtime: MACHINE,
  security_opt: RIGHTS,
  shm_size: 'Container Apps give 64 MB of shared memory, and no more',
  stop_signal: 'a container is sent SIGTERM; STOPSIGNAL of the image is not asked for',
  storage_opt: MACHINE,
  sysctls: MACHINE,
  ulimits: MACHINE,
  use_api_socket: 'there is no Docker on the machines of Container Apps',
  userns_mode: RIGHTS,
  uts: MACHINE,
};

/** Values with which a key changes nothing. */
const HARMLESS: Readonly<Partial<Record<keyof typeof WHY, (tree: Tree) => boolean>>> = {
  privileged: (tree) => !isTrue(tree),
  read_only: (tree) => !isTrue(tree),
  oom_kill_disable: (tree) => !isTrue(tree),
  use_api_socket: (tree) => !isTrue(tree),
  pull_policy: (tree) => ['always', 'missing', 'if_not_present', 'build'].includes(composeText(tree) ?? ''),
  stop_signal: (tree) => ['SIGTERM', 'TERM', '15'].includes(composeText(tree) ?? ''),
  devices: (tree) => itemsOf(tree).length === 0,
};

export const HOST_KEYS = Object.fromEntries(
  KEYS.map((key): [string, KeyRow<ServiceFacts>] => {
    const isHarmless = HARMLESS[key];
    const becomes = `left: ${WHY[key]}`;
    return [key, { becomes, left: isHarmless ? (tree) => (isHarmless(tree) ? undefined : WHY[key]) : WHY[key] }];
  }),
) as KeyTable<ServiceFacts, (typeof KEYS)[number]>;
