import { createHash } from 'node:crypto';

/** What a blob was after one of the writes to it; without content: it was deleted. */
export interface BlobVersion {
  readonly content: Buffer | undefined;
  readonly type: 'BlockBlob' | 'AppendBlob';
  /** Of an append blob. */
  readonly blocks: number;
  readonly etag: string;
}

/** One write, in the order in which they were acknowledged. */
export interface BlobWrite {
  readonly name: string;
  /** Which version of the blob it made; from 1. */
  readonly version: number;
}

/** What is in one container, with everything that ever was: each blob can be what it was before. */
export interface Blobs {
  readonly writes: readonly BlobWrite[];
  names(): readonly string[];
  find(name: string): BlobVersion | undefined;
  /** How often it was written. */
  versionsOf(name: string): number;
  put(name: string, content: Buffer, type: BlobVersion['type']): BlobVersion;
  append(name: string, block: Buffer): BlobVersion;
  remove(name: string): void;
  /** Makes it what it was after that many writes; 0: there was none yet. What came later is forgotten. */
  rollBack(name: string, version: number): void;
  /** Forgets the last so many writes, whatever they wrote. */
  forgetLast(count: number): void;
}

export function createBlobs(): Blobs {
  const versions = new Map<string, BlobVersion[]>();
  const writes: BlobWrite[] = [];
  let made = 0;

  function add(name: string, content: Buffer | undefined, type: BlobVersion['type'], blocks: number): BlobVersion {
    made += 1;
    // Never given out twice, as on Azure: what is the same again is another version.
    const etag = `"0x${createHash('sha256').update(`${made} ${name}`).digest('hex').slice(0, 15).toUpperCase()}"`;
    const version = { content, type, blocks, etag };
    const all = versions.get(name) ?? [];
    all.push(version);
    versions.set(name, all);
    writes.push({ name, version: all.length });
    return version;
  }

  const blobs: Blobs = {
    writes,
    names: () => [...versions.keys()].filter((name) => blobs.find(name)).sort(),
    find(name) {
      const last = versions.get(name)?.at(-1);
      return last?.content === undefined ? undefined : last;
    },
    versionsOf: (name) => versions.get(name)?.length ?? 0,
    put: (name, content, type) => add(name, content, type, 0),
    append(name, block) {
      const before = blobs.find(name);
      if (!before?.content) throw new Error(`${name} is not there`);
      return add(name, Buffer.concat([before.content, block]), 'AppendBlob', before.blocks + 1);
    },
    remove: (name) => void add(name, undefined, 'BlockBlob', 0),
    rollBack(name, version) {
      versions.get(name)?.splice(version);
    },
    forgetLast(count) {
      for (const { name, version } of writes.splice(Math.max(0, writes.length - count))) {
        const all = versions.get(name) ?? [];
        all.splice(Math.min(all.length, version - 1));
      }
    },
  };
  return blobs;
}
