import type { HttpClient } from '@azure/core-rest-pipeline';
import { createTransport } from '../../outbound/transport.ts';
import { BoundedMap } from '../../shared/bounded-map.ts';
import { type Clock, systemClock } from '../../shared/clock.ts';
import type { DeploymentStorage, EnvironmentStores } from '../ports.ts';
import { readKeyedCall } from '../stored-documents.ts';
import type { StorageConnection } from './connection.ts';
import { openContainer } from './container.ts';
import { BLOCKS_OF_A_BLOB } from './event-log.ts';
import { blobNames } from './names.ts';
import { openBlobRunStore } from './run-store.ts';
import { openBlobSources } from './sources.ts';
import { openBlobStateStore } from './state-store.ts';

/** As the original script named them. */
const DEFAULT_CONTAINER = 'deployment-state';
const DEFAULT_STATE_BLOB = 'azure-deployment-state.json';
const REMEMBERED_ENVIRONMENTS = 1000;

export interface BlobStorageOptions {
  readonly container?: string;
  readonly stateBlobName?: string;
  readonly clock?: Clock;
  /** By which requests leave; by default that of the process. */
  readonly transport?: HttpClient;
  /** For tests of the change from one blob of events to the next. */
  readonly blocksOfABlob?: number;
}

/** States, runs, configurations and sources in one container. Nothing is asked of it before the first use. */
export function openBlobStorage(connection: StorageConnection, options: BlobStorageOptions = {}): DeploymentStorage {
  const { clock = systemClock, transport = createTransport() } = options;
  const container = openContainer(connection, options.container ?? DEFAULT_CONTAINER, { clock, transport });
  const names = blobNames(options.stateBlobName ?? DEFAULT_STATE_BLOB);
  const blocksOfABlob = options.blocksOfABlob ?? BLOCKS_OF_A_BLOB;
  // Whoever asks names the environment, and may name any.
  const opened = new BoundedMap<string, EnvironmentStores>(REMEMBERED_ENVIRONMENTS);
  return {
    location: container.location,
    sources: openBlobSources(container, names),
    prices: {
      read: async () => (await container.read(names.prices))?.text,
      async write(text) {
        await container.write(names.prices, text);
      },
    },
    prepare: () => container.prepare(),

    environment(environment) {
      const stores = opened.get(environment) ?? {
        state: openBlobStateStore(container, names, environment),
        runs: openBlobRunStore(container, names, environment, blocksOfABlob),
      };
      if (!opened.has(environment)) opened.set(environment, stores);
      return stores;
    },

    async environments() {
      const [states, runs] = await Promise.all([
        container.level(names.statePrefix),
        container.level(names.summariesPrefix),
      ]);
      const deployed = states.blobs.flatMap((blob) => names.environmentOfState(blob) ?? []);
      return [...new Set([...deployed, ...runs.folders])].sort();
    },

    async keyedCall(environment, key, call) {
      const blob = names.key(environment, key);
      if (await container.create(blob, JSON.stringify(call))) return call;
      const first = await container.read(blob);
      return first ? readKeyedCall(first.text, blob) : call;
    },
  };
}
