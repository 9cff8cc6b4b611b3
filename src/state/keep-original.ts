import type { StateStore } from './ports.ts';

/**
 * The store, which keeps a copy of the document of an older format before the first write replaces it: what the original script
 * left can be looked at, and gone back to, for as long as its users want.
 */
export function keepingOriginal(store: StateStore): StateStore {
  let isOurs = false;
  return {
    ...store,
    async write(state, etag) {
      if (!isOurs) {
        const { etag: present, warnings } = await store.read();
        // Written by somebody else meanwhile: the write says so.
        if (present === etag && warnings.length > 0) await store.backup('original');
      }
      const written = await store.write(state, etag);
      isOurs = true;
      return written;
    },
  };
}
