import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Sources of one registry are kept for builds that are asked for again; ACR forgets them too, some time later. */
const KEPT_PER_CONTAINER = 40;

/** Uploaded sources and layers, by `container/path`; beside the state, which is written whole each time. */
export interface BlobStore {
  get(name: string): Buffer | undefined;
  /** Written before it returns. */
  put(name: string, content: Buffer): void;
  drop(name: string): void;
  /** In memory, with what is in this one by now. */
  copy(): BlobStore;
}

/** Blobs as files of a folder, or in memory; of one container the last `kept`. */
export function openBlobStore(folder: string | undefined, kept = KEPT_PER_CONTAINER): BlobStore {
  return folder === undefined ? inMemory(kept) : inFolder(folder, kept);
}

function inMemory(kept: number, containers = new Map<string, Map<string, Buffer>>()): BlobStore {
  return {
    get(name) {
      const [container, path] = partsOf(name);
      return containers.get(container)?.get(path);
    },
    put(name, content) {
      const [container, path] = partsOf(name);
      const blobs = containers.get(container) ?? new Map<string, Buffer>();
      containers.set(container, blobs);
      blobs.delete(path);
      blobs.set(path, content);
      if (blobs.size > kept) for (const old of [...blobs.keys()].slice(0, -kept)) blobs.delete(old);
    },
    drop(name) {
      const [container, path] = partsOf(name);
      containers.get(container)?.delete(path);
    },
    copy: () => inMemory(kept, new Map([...containers].map(([container, blobs]) => [container, new Map(blobs)]))),
  };
}

function inFolder(folder: string, kept: number): BlobStore {
  const place = (name: string): string => join(folder, ...partsOf(name).map(fileName));
  return {
    get(name) {
      try {
        return readFileSync(place(name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    put(name, content) {
      const container = join(folder, fileName(partsOf(name)[0]));
      mkdirSync(container, { recursive: true });
      writeFileSync(place(name), content, { mode: 0o600 });
      if (kept === Number.POSITIVE_INFINITY) return;
      const others = readdirSync(container)
        .map((file) => join(container, file))
        .filter((file) => file !== place(name));
      if (others.length < kept) return;
      const byAge = others.map((file) => ({ file, at: statSync(file).mtimeMs })).toSorted((a, b) => a.at - b.at);
      for (const { file } of byAge.slice(0, 1 - kept)) rmSync(file, { force: true });
    },
    drop: (name) => rmSync(place(name), { force: true }),
    copy() {
      const copied = inMemory(kept);
      const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
      for (const name of files.filter((file) => file.includes(sep)).map(blobName)) {
        copied.put(name, readFileSync(place(name)));
      }
      return copied;
    },
  };
}

function partsOf(name: string): readonly [container: string, path: string] {
  const slash = name.indexOf('/');
  return [name.slice(0, slash), name.slice(slash + 1)];
}

/** One plain segment: no separators, never `.` or `..`. */
function fileName(part: string): string {
  return `_${encodeURIComponent(part)}`;
}

/** Of a file in a folder. */
function blobName(path: string): string {
  return path
    .split(sep)
    .map((part) => decodeURIComponent(part.slice(1)))
    .join('/');
}
