import type {
  CONFIG_SHAPE,
  NETWORK_SHAPE,
  PROJECT_SHAPE,
  SECRET_SHAPE,
  VOLUME_SHAPE,
} from '../../compose/shapes/project-shape.ts';
import { membersOf, type Tree } from '../../compose/tree.ts';
import { type KeyPlace, type KeyTable, takeKeys } from '../key-row.ts';
import { isTrue } from '../text.ts';

/** Nothing is remembered of these: what uses them asks for them. */
type Nothing = undefined;

const OTHERS = 'it is of nobody on Azure; a deployment makes what it needs';
const LABELS = 'nobody reads labels of them on Azure; "tags" are those of resources';
const DRIVERS = 'volumes are file shares, whatever their driver was';

export const VOLUME_KEYS: KeyTable<Nothing, keyof typeof VOLUME_SHAPE.keys> = {
  name: { becomes: 'left: a share is called as its key', left: 'a share is called as the key of the volume' },
  driver: {
    becomes: 'left: volumes are file shares',
    left: DRIVERS,
  },
  driver_opts: { becomes: 'left', left: DRIVERS },
  external: {
    becomes: 'left: a share is made, and its data has to be brought there',
    left: (tree) => (isFalse(tree) ? undefined : 'a new share is made, which is empty: bring the data there'),
  },
  labels: { becomes: 'left', left: LABELS },
};

const NETWORK = 'an environment is one network; "container_apps.subnet" puts it into one of yours';

export const NETWORK_KEYS: KeyTable<Nothing, keyof typeof NETWORK_SHAPE.keys> = {
  name: { becomes: 'nothing: there is one network' },
  driver: { becomes: 'nothing: there is one network' },
  driver_opts: { becomes: 'left', left: NETWORK },
  external: { becomes: 'left', left: (tree) => (isFalse(tree) ? undefined : NETWORK) },
  internal: {
    becomes: 'left, where it is true',
    left: (tree) =>
      isTrue(tree)
        ? 'services can reach the internet; rules of the network of "container_apps.subnet" forbid it'
        : undefined,
  },
  ipam: { becomes: 'left', left: NETWORK },
  attachable: { becomes: 'nothing: there is one network' },
  enable_ipv4: { becomes: 'nothing: there is one network' },
  enable_ipv6: { becomes: 'left, where it is true', left: (tree) => (isTrue(tree) ? NETWORK : undefined) },
  labels: { becomes: 'left', left: LABELS },
};

export const SECRET_KEYS: KeyTable<Nothing, keyof typeof SECRET_SHAPE.keys> = {
  file: { becomes: '`env:NAME` under `secrets`; what is in the file never stands in the configuration' },
  environment: { becomes: '`env:NAME` under `secrets`' },
  external: { becomes: '`env:NAME` under `secrets`' },
  name: { becomes: 'nothing: the key is its name' },
  driver: { becomes: 'left', left: OTHERS },
  driver_opts: { becomes: 'left', left: OTHERS },
  template_driver: { becomes: 'left', left: OTHERS },
  labels: { becomes: 'left', left: LABELS },
};

export const CONFIG_KEYS: KeyTable<Nothing, keyof typeof CONFIG_SHAPE.keys> = {
  content: {
    becomes: 'a value under `secrets`, which is mounted as a file; with variables that look like secrets `env:NAME`',
  },
  file: {
    becomes: 'a value under `secrets`, which is mounted as a file; of what is no text or larger than 24 KiB `env:NAME`',
  },
  environment: { becomes: '`env:NAME` under `secrets`' },
  external: { becomes: '`env:NAME` under `secrets`' },
  name: { becomes: 'nothing: the key is its name' },
  template_driver: { becomes: 'left', left: OTHERS },
  labels: { becomes: 'left', left: LABELS },
};

export const TOP_KEYS: KeyTable<Nothing, keyof typeof PROJECT_SHAPE.keys> = {
  version: { becomes: 'nothing: the specification has no versions any more' },
  name: { becomes: 'the name of the project, from which names on Azure are made' },
  include: { becomes: 'followed before anything is converted' },
  services: { becomes: '`services`, or `jobs` of what runs to its end; see below' },
  networks: { becomes: 'left; see below', take: each(NETWORK_KEYS) },
  volumes: { becomes: '`storage.shares` of those that are mounted; see below', take: each(VOLUME_KEYS) },
  configs: { becomes: 'files of those that a service has; see below', take: each(CONFIG_KEYS) },
  secrets: { becomes: '`secrets` of those that a service or a build has; see below', take: each(SECRET_KEYS) },
  models: { becomes: 'left', left: 'there is no model runner; give the address and the key of a model in variables' },
};

function each(table: KeyTable<Nothing>) {
  return (tree: Tree, nothing: Nothing, { path, report }: KeyPlace): void => {
    for (const [name, one] of membersOf(tree)) takeKeys(table, one, nothing, { path: `${path}.${name}`, report });
  };
}

function isFalse(tree: Tree): boolean {
  return tree.kind === 'text' && !isTrue(tree);
}
