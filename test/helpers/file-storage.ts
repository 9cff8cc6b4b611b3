import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Clock } from '../../src/shared/clock.ts';
import { openFileRunStore } from '../../src/state/file/run-store.ts';
import { openFileStateStore } from '../../src/state/file/state-store.ts';
import type { DeploymentStorage, EnvironmentStores, KeyedCall } from '../../src/state/ports.ts';

/** A storage on the file stores, for tests of what uses one; archives and keys are kept in memory. */
export function fileStorage(
  directory: string,
  clock: Clock,
): DeploymentStorage & { addSource(bytes: Uint8Array): string } {
  const opened = new Map<string, EnvironmentStores>();
  const keys = new Map<string, KeyedCall>();
  const sources = new Map<string, Uint8Array>();
  const open = (environment: string): EnvironmentStores => {
    const home = join(directory, environment);
    return {
      state: openFileStateStore({ path: join(home, 'state.json'), environment: environment, directory: home, clock }),
      runs: openFileRunStore({ directory: home }),
    };
  };
  return {
    location: directory,
    prepare: async () => undefined,
    environment(name) {
      const stores = opened.get(name) ?? open(name);
      opened.set(name, stores);
      return stores;
    },
    async environments() {
      const homes = await readdir(directory);
      const contents = await Promise.all(
        homes.map(async (home) => [home, await readdir(join(directory, home))] as const),
      );
      const isThere = (name: string): boolean => name === 'runs' || /^state(?:\.[a-z0-9-]+)?\.json$/.test(name);
      return contents.flatMap(([home, names]) => (names.some(isThere) ? [home] : [])).sort();
    },
    async keyedCall(environment, key, call) {
      const name = JSON.stringify([environment, key]);
      const first = keys.get(name) ?? call;
      keys.set(name, first);
      return first;
    },
    prices: keptInMemory(),
    sources: {
      has: async (sha256) => sources.has(sha256),
      uploadAddress: async (sha256) => ({
        url: `http://127.0.0.1/${sha256}`,
        headers: {},
        expiresAt: '2026-01-01T00:15:00Z',
      }),
      open: async (sha256) => Readable.from([sources.get(sha256)]),
    },
    addSource(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      sources.set(sha256, bytes);
      return sha256;
    },
  };
}

function keptInMemory(): DeploymentStorage['prices'] {
  let kept: string | undefined;
  return {
    read: async () => kept,
    async write(text) {
      kept = text;
    },
  };
}
