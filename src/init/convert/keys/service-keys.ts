import type { SERVICE_SHAPE } from '../../compose/shapes/service-shape.ts';
import { itemsOf, memberOf, membersOf, type Tree } from '../../compose/tree.ts';
import type { BuildFacts, FileFact, ServiceFacts } from '../facts.ts';
import { type KeyPlace, type KeyTable, remember, takeKeys } from '../key-row.ts';
import { bytesOf, composeText, countOf, isTrue, numberOf, secondsOf } from '../text.ts';
import { BUILD_KEYS } from './build-keys.ts';
import { DEPLOY_KEYS } from './deploy-keys.ts';
import { HEALTHCHECK_KEYS } from './healthcheck-keys.ts';
import { HOST_KEYS } from './host-keys.ts';
import { MOUNT_KEYS } from './mount-keys.ts';
import { DEPENDENCY_KEYS, FILE_KEYS, SERVICE_NETWORK_KEYS } from './part-keys.ts';
import { PORT_KEYS } from './port-keys.ts';

const HOOK = 'Container Apps run no hooks; begin what it does in the command of the service';
const BY_READER = 'followed before anything is converted';

export const SERVICE_KEYS: KeyTable<ServiceFacts, keyof typeof SERVICE_SHAPE.keys> = {
  ...HOST_KEYS,
  attach: { becomes: 'nothing: logs of all services are in the log workspace' },
  build: { becomes: '`build`; see below', take: takeBuild },
  command: {
    becomes: '`args`, or with an `entrypoint` what stands behind it; a text is split at blanks, as Compose does',
    take: (tree, facts) => {
      facts.command = tree;
    },
  },
  configs: {
    becomes: 'files: a volume of `secrets` at their folder',
    take: (tree, facts, at) => takeFiles('configs', tree, facts, at),
  },
  container_name: {
    becomes: 'a name by which others reach it is replaced by the address of the service',
    take: takeHost,
    left: 'replicas have names that Azure gives them; other services find it by the name of its app',
  },
  cpus: {
    becomes: '`cpu`, as `deploy.resources.limits.cpus`',
    take: (tree, { size }, at) =>
      remember(numberOf(composeText(tree)), tree, at, (cpus) => {
        size.cpus ??= cpus;
      }),
  },
  depends_on: {
    becomes:
      '`depends_on`: the order of releases; of what is `service_completed_successfully` a job, or the migration of a service with the same build',
    take: takeDependencies,
  },
  deploy: { becomes: 'see below', take: (tree, facts, at) => takeKeys(DEPLOY_KEYS, tree, facts, at) },
  develop: {
    becomes: 'left: it is of development',
    left: 'it is for development on one machine; a deployment builds what changed',
  },
  entrypoint: {
    becomes: '`command`, instead of the entry point of the image',
    take: (tree, facts) => {
      facts.entrypoint = tree;
    },
  },
  env_file: { becomes: '`env`: the variables of the file, below those of `environment`' },
  environment: {
    becomes:
      '`env`: `${VAR}` stays, with what `.env` says as its default; what looks like a secret is one under `secrets`, and the name of another service is its address',
  },
  expose: { becomes: '`port`, or further `ports`, inside of the environment', take: takePorts },
  extends: { becomes: BY_READER },
  external_links: { becomes: 'left', left: 'it names a container of another project; give its address in a variable' },
  extra_hosts: { becomes: 'left', left: 'hosts cannot be given names; give the address itself in a variable' },
  healthcheck: {
    becomes: 'see below',
    take: (tree, facts, at) => {
      facts.health.place = tree.place;
      facts.health.path = at.path;
      takeKeys(HEALTHCHECK_KEYS, tree, facts.health, at);
    },
  },
  hostname: {
    becomes: 'a name by which others reach it is replaced by the address of the service',
    take: takeHost,
    left: 'replicas have names that Azure gives them; other services find it by the name of its app',
  },
  image: {
    becomes: '`image`; beside `build` it is left',
    take: (tree, facts) => {
      facts.image = tree;
    },
  },
  init: {
    becomes: 'left, where it is true',
    left: (tree) =>
      isTrue(tree)
        ? 'Container Apps put no init process before a container; begin tini or dumb-init in the image'
        : undefined,
  },
  label_file: { becomes: 'left', left: 'nobody reads labels of containers on Azure; "tags" are those of resources' },
  labels: { becomes: 'left', left: 'nobody reads labels of containers on Azure; "tags" are those of resources' },
  links: {
    becomes: 'the alias is replaced by the address of the service',
    take: (tree, facts) => {
      for (const item of itemsOf(tree)) {
        const [service = '', alias = service] = (composeText(item) ?? '').split(':');
        facts.links.push({ service, alias });
      }
    },
  },
  mem_limit: {
    becomes: '`memory`, as `deploy.resources.limits.memory`',
    take: (tree, { size }, at) =>
      remember(bytesOf(composeText(tree)), tree, at, (bytes) => {
        size.memoryInBytes ??= bytes;
      }),
  },
  mem_reservation: {
    becomes: '`memory`, where there is no limit',
    take: (tree, { size }, at) =>
      remember(bytesOf(composeText(tree)), tree, at, (bytes) => {
        size.reservedBytes ??= bytes;
      }),
  },
  models: { becomes: 'left', left: 'there is no model runner; give the address and the key of a model in variables' },
  network_mode: {
    becomes: 'left, unless it is a network of its own',
    left: (tree) =>
      ['bridge', 'default'].includes(composeText(tree) ?? '')
        ? undefined
        : 'containers of Container Apps share no network with a machine or with each other; what must share one is a sidecar ("sidecars")',
  },
  networks: {
    becomes:
      'left: all services of an environment reach each other; `aliases` are replaced by the address of the service',
    take: (tree, facts, { path, report }) => {
      for (const [name, network] of membersOf(tree))
        takeKeys(SERVICE_NETWORK_KEYS, network, facts, { path: `${path}.${name}`, report });
    },
    left: 'all services of an environment reach each other, and only "ingress: external" lets anybody else in',
  },
  platform: {
    becomes: 'linux/amd64 is what runs anyway; others are left',
    left: (tree) =>
      (composeText(tree) ?? '').startsWith('linux/amd64') || composeText(tree) === 'linux'
        ? undefined
        : 'Azure runs linux/amd64; the image has to be there for it',
  },
  ports: { becomes: '`port` with its `ingress`, and further `ports`; see below', take: takePorts },
  post_start: { becomes: 'left', left: HOOK },
  pre_start: { becomes: 'left', left: 'write it as an entry of "init", which runs before each replica' },
  pre_stop: { becomes: 'left', left: HOOK },
  profiles: { becomes: `${BY_READER}: a service whose profiles are not active is left` },
  provider: { becomes: 'left, with the whole service' },
  restart: {
    becomes: 'so anyway: a replica that ends is started again; `no` and `on-failure` are left',
    left: leftRestart,
  },
  scale: {
    becomes: '`min_replicas` and `max_replicas`',
    take: (tree, facts, at) =>
      remember(countOf(composeText(tree)), tree, at, (count) => {
        facts.replicas ??= { count, place: tree.place, path: at.path };
      }),
  },
  secrets: {
    becomes: 'files: a volume of `secrets` at their folder, by default /run/secrets',
    take: (tree, facts, at) => takeFiles('secrets', tree, facts, at),
  },
  stdin_open: { becomes: 'nothing: nobody types into a container on Azure' },
  stop_grace_period: {
    becomes: '`termination_grace`, up to 600 seconds',
    take: (tree, facts, at) =>
      remember(secondsOf(composeText(tree)), tree, at, (seconds) => {
        facts.graceInSeconds = Math.ceil(seconds);
      }),
  },
  tmpfs: { becomes: 'a volume that is empty at first', take: takeTmpfs },
  tty: { becomes: 'nothing: nobody types into a container on Azure' },
  user: { becomes: 'left', left: 'a container runs as the USER of its image; set it there' },
  volumes: {
    becomes: 'volumes: named ones as file shares where their image can have its data there; see below',
    take: takeMounts,
  },
  volumes_from: { becomes: 'left', left: 'name the volumes of the other service under "volumes" of this one' },
  working_dir: { becomes: 'left', left: 'a container starts in the WORKDIR of its image; set it there' },
};

function takeBuild(tree: Tree, facts: ServiceFacts, at: KeyPlace): void {
  const build: BuildFacts = { place: tree.place, context: '.', args: new Map(), secrets: [] };
  takeKeys(BUILD_KEYS, tree, build, at);
  facts.build = build;
}

function takeHost(tree: Tree, facts: ServiceFacts): void {
  const name = composeText(tree);
  if (name) facts.hosts.add(name);
}

function takeDependencies(tree: Tree, facts: ServiceFacts, { path, report }: KeyPlace): void {
  for (const [name, how] of membersOf(tree)) {
    const isCompleted = composeText(memberOf(how, 'condition')) === 'service_completed_successfully';
    facts.dependencies.push({ name, isCompleted, place: how.place, path: `${path}.${name}` });
    takeKeys(DEPENDENCY_KEYS, how, facts, { path: `${path}.${name}`, report });
  }
}

function takeFiles(kind: FileFact['kind'], tree: Tree, facts: ServiceFacts, { path, report }: KeyPlace): void {
  for (const [index, item] of itemsOf(tree).entries()) {
    const at = `${path}.${index}`;
    const [source = '', target = ''] = [composeText(memberOf(item, 'source')), composeText(memberOf(item, 'target'))];
    facts.files.push({ kind, source, target, place: item.place, path: at });
    takeKeys(FILE_KEYS, item, facts, { path: at, report });
  }
}

function takePorts(tree: Tree, facts: ServiceFacts, { path, report }: KeyPlace): void {
  for (const [index, item] of itemsOf(tree).entries()) {
    const at = `${path}.${index}`;
    takeKeys(PORT_KEYS, item, facts, { path: at, report });
    const text = (key: string): string | undefined => composeText(memberOf(item, key));
    const published = text('published');
    const isLocal = /^(?:127\.|::1$|localhost$)/.test(text('host_ip') ?? '');
    facts.ports.push({
      port: Number(text('target')),
      // Without a port of the machine Compose takes any that is free.
      ...(path.endsWith('.ports') && { published: published ?? '' }),
      isLocal,
      protocol: text('protocol') ?? 'tcp',
      place: item.place,
      path: at,
    });
  }
}

function takeMounts(tree: Tree, facts: ServiceFacts, { path, report }: KeyPlace): void {
  for (const [index, item] of itemsOf(tree).entries()) {
    const at = `${path}.${index}`;
    takeKeys(MOUNT_KEYS, item, facts, { path: at, report });
    const source = composeText(memberOf(item, 'source'));
    const subpath = composeText(memberOf(memberOf(item, 'volume'), 'subpath'));
    facts.mounts.push({
      type: composeText(memberOf(item, 'type')) ?? 'volume',
      ...(source !== undefined && { source }),
      ...(subpath !== undefined && { subpath }),
      target: composeText(memberOf(item, 'target')) ?? '',
      isReadOnly: isTrue(memberOf(item, 'read_only')),
      place: item.place,
      path: at,
    });
  }
}

function takeTmpfs(tree: Tree, facts: ServiceFacts, { path, report }: KeyPlace): void {
  for (const [index, item] of itemsOf(tree).entries()) {
    const [target = '', options] = (composeText(item) ?? '').split(':');
    const at = `${path}.${index}`;
    if (options)
      report.leftEverywhere(item.place, at, 'size and rights of a volume that is empty at first cannot be said');
    facts.mounts.push({ type: 'tmpfs', target, isReadOnly: false, place: item.place, path: at });
  }
}

function leftRestart(tree: Tree): string | undefined {
  const text = composeText(tree) ?? '';
  const isSo = ['always', 'unless-stopped', ''].includes(text);
  return isSo
    ? undefined
    : `${text}: a replica that ends is started again, whatever it ended with; what runs once is a job`;
}
