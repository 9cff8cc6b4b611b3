import type { DEPLOY_SHAPE, LIMITS_SHAPE, RESERVATIONS_SHAPE } from '../../compose/shapes/deploy-shape.ts';
import type { ServiceFacts } from '../facts.ts';
import { type KeyTable, remember, takeKeys } from '../key-row.ts';
import { bytesOf, composeText, countOf, numberOf } from '../text.ts';

const RELEASES = 'how releases go is said under "release"';

export const LIMITS_KEYS: KeyTable<ServiceFacts, keyof typeof LIMITS_SHAPE.keys> = {
  cpus: {
    becomes: '`cpu`, rounded up to a step of 0.25, and to what `memory` asks for',
    take: (tree, { size }, at) =>
      remember(numberOf(composeText(tree)), tree, at, (cpus) => {
        size.cpus = cpus;
      }),
  },
  memory: {
    becomes: '`memory`, which is twice the `cpu` in Gi',
    take: (tree, { size }, at) =>
      remember(bytesOf(composeText(tree)), tree, at, (bytes) => {
        size.memoryInBytes = bytes;
      }),
  },
  pids: { becomes: 'left', left: 'Container Apps limit no processes' },
};

export const RESERVATIONS_KEYS: KeyTable<ServiceFacts, keyof typeof RESERVATIONS_SHAPE.keys> = {
  cpus: {
    becomes: '`cpu`, where there is no limit',
    take: (tree, { size }, at) =>
      remember(numberOf(composeText(tree)), tree, at, (cpus) => {
        size.reservedCpus = cpus;
      }),
  },
  memory: {
    becomes: '`memory`, where there is no limit',
    take: (tree, { size }, at) =>
      remember(bytesOf(composeText(tree)), tree, at, (bytes) => {
        size.reservedBytes = bytes;
      }),
  },
  devices: { becomes: 'left', left: 'this deployment makes environments without GPUs and devices' },
  generic_resources: { becomes: 'left', left: 'this deployment makes environments without GPUs and devices' },
};

export const RESOURCES_KEYS: KeyTable<ServiceFacts, 'limits' | 'reservations'> = {
  limits: { becomes: 'see below', take: (tree, facts, at) => takeKeys(LIMITS_KEYS, tree, facts, at) },
  reservations: { becomes: 'see below', take: (tree, facts, at) => takeKeys(RESERVATIONS_KEYS, tree, facts, at) },
};

export const DEPLOY_KEYS: KeyTable<ServiceFacts, keyof typeof DEPLOY_SHAPE.keys> = {
  mode: {
    becomes: '`replicated-job` and `global-job` make a job; `global` is left',
    take: (tree, facts) => {
      if ((composeText(tree) ?? '').endsWith('-job')) facts.isTask = true;
    },
    left: (tree) =>
      composeText(tree) === 'global'
        ? 'nobody sees the machines of Container Apps; replicas are said with min_replicas'
        : undefined,
  },
  replicas: {
    becomes: '`min_replicas` and `max_replicas`',
    take: (tree, facts, at) =>
      remember(countOf(composeText(tree)), tree, at, (count) => {
        facts.replicas = { count, place: tree.place, path: at.path };
      }),
  },
  resources: { becomes: 'see below', take: (tree, facts, at) => takeKeys(RESOURCES_KEYS, tree, facts, at) },
  endpoint_mode: { becomes: 'left', left: 'the ingress balances the load by itself' },
  labels: { becomes: 'left', left: 'nobody reads labels of containers on Azure; "tags" are those of resources' },
  placement: { becomes: 'left', left: 'Azure decides where replicas run' },
  restart_policy: { becomes: 'so anyway: a replica that ends is started again; of a job `retries`' },
  rollback_config: { becomes: 'left', left: RELEASES },
  update_config: { becomes: 'left', left: RELEASES },
};
