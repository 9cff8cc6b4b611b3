import type { INCLUDE_SHAPE } from '../../compose/shapes/project-shape.ts';
import type {
  DEPENDENCY_SHAPE,
  ENV_FILE_SHAPE,
  SERVICE_FILE_SHAPE,
  SERVICE_NETWORK_SHAPE,
} from '../../compose/shapes/service-shape.ts';
import { itemsOf } from '../../compose/tree.ts';
import type { ServiceFacts } from '../facts.ts';
import type { KeyTable } from '../key-row.ts';
import { composeText, isTrue } from '../text.ts';

/** What is taken of them is taken of all together. */
export const DEPENDENCY_KEYS: KeyTable<ServiceFacts, keyof typeof DEPENDENCY_SHAPE.keys> = {
  condition: {
    becomes:
      'nothing, of `service_started` and `service_healthy`: what is released is healthy; of `service_completed_successfully` see `depends_on`',
  },
  required: { becomes: 'a service that is not there is passed over, where it is `false`' },
  restart: {
    becomes: 'left, where it is true',
    left: (tree) => (isTrue(tree) ? 'services are not restarted for the sake of others' : undefined),
  },
};

const READABLE = 'files of secrets can be read by every user of the container';

export const FILE_KEYS: KeyTable<ServiceFacts, keyof typeof SERVICE_FILE_SHAPE.keys> = {
  source: { becomes: 'the key under `secrets`' },
  target: { becomes: 'the file; its folder has nothing else in it then' },
  uid: { becomes: 'left', left: READABLE },
  gid: { becomes: 'left', left: READABLE },
  mode: { becomes: 'left', left: READABLE },
};

const ADDRESSES = 'addresses of replicas are those that Azure gives them';

export const SERVICE_NETWORK_KEYS: KeyTable<ServiceFacts, keyof typeof SERVICE_NETWORK_SHAPE.keys> = {
  aliases: {
    becomes: 'names by which others reach it are replaced by the address of the service',
    take: (tree, facts) => {
      for (const alias of itemsOf(tree)) facts.hosts.add(composeText(alias) ?? '');
    },
  },
  driver_opts: { becomes: 'left', left: ADDRESSES },
  gw_priority: { becomes: 'left', left: ADDRESSES },
  interface_name: { becomes: 'left', left: ADDRESSES },
  ipv4_address: { becomes: 'left', left: ADDRESSES },
  ipv6_address: { becomes: 'left', left: ADDRESSES },
  link_local_ips: { becomes: 'left', left: ADDRESSES },
  mac_address: { becomes: 'left', left: ADDRESSES },
  priority: { becomes: 'left', left: ADDRESSES },
};

/** Of these the reader takes everything: src/init/compose/. */
type OfReader = undefined;

export const ENV_FILE_KEYS: KeyTable<OfReader, keyof typeof ENV_FILE_SHAPE.keys> = {
  path: { becomes: 'the file, which is read; one that is not there is refused' },
  required: { becomes: '`false`: one that is not there is told' },
  format: { becomes: '`raw`: what stands behind `=` is the value, with quotes and dollars' },
};

export const EXTENDS_KEYS: KeyTable<OfReader, 'service' | 'file'> = {
  service: { becomes: 'the service below this one, with its paths relative to its own file' },
  file: { becomes: 'the file, which is read; absent: the same' },
};

export const INCLUDE_KEYS: KeyTable<OfReader, keyof typeof INCLUDE_SHAPE.keys> = {
  path: { becomes: 'the files, which are read; two services of one name are refused' },
  env_file: { becomes: 'defaults of their variables' },
  project_directory: { becomes: 'where their relative paths begin' },
};
