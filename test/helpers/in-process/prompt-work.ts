import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Transform } from 'node:stream';
import zlib, { type ZlibOptions } from 'node:zlib';

type Call = (...given: unknown[]) => unknown;

/** What is done with an open file, and the function of `node:fs` that does it. */
const OF_HANDLES = {
  appendFile: 'appendFileSync',
  close: 'closeSync',
  readFile: 'readFileSync',
  stat: 'fstatSync',
  truncate: 'ftruncateSync',
  writeFile: 'writeFileSync',
} as const satisfies Record<string, keyof typeof fs>;

/**
 * From now on this process does by itself, and at once, what threads of the runtime do for others, in files and in compression; the answer comes
 * in the next turn of the event loop, so that others still come between. Handing it over and back costs more than most of that work, and of
 * compression no list of the runtime says that it is under way. Nobody cuts the power: nothing is synced.
 *
 * @returns how much is under way
 */
export function installPromptWork(): () => number {
  const now = { ...fs } as unknown as Record<string, Call>;
  let underWay = 0;

  async function later<Value>(work: () => Value): Promise<Value> {
    underWay += 1;
    try {
      await new Promise((resolve) => setImmediate(resolve));
      return work();
    } finally {
      underWay -= 1;
    }
  }

  function handleOf(fd: number): object {
    const calls = Object.entries(OF_HANDLES).map(([name, twin]): [string, Call] => [
      name,
      (...given) => later(() => now[twin]?.(fd, ...given)),
    ]);
    return {
      ...Object.fromEntries(calls),
      sync: () => later(() => undefined),
      datasync: () => later(() => undefined),
      read: ({ buffer, ...place }: { buffer: Buffer; position?: number }) =>
        later(() => ({ buffer, bytesRead: fs.readSync(fd, buffer, place) })),
    };
  }

  function tell(given: readonly unknown[], work: () => unknown): void {
    const call = given.at(-1) as (error: unknown, value?: unknown) => void;
    later(work).then((value) => call(null, value), call);
  }

  const promises = fs.promises as unknown as Record<string, Call>;
  for (const name of Object.keys(promises)) {
    const twin = now[`${name}Sync`];
    // An open file and an open folder are something else there.
    if (twin && !name.startsWith('open')) promises[name] = (...given) => later(() => twin(...given));
  }
  promises.open = (...given) => later(() => handleOf(now.openSync?.(...given) as number));

  const callbacks = fs as unknown as Record<string, Call>;
  callbacks.write = (...given) => tell(given, () => now.writeSync?.(...given.slice(0, -1)));
  callbacks.fdatasync = (...given) => tell(given, () => undefined);

  Object.defineProperty(zlib, 'createGzip', { value: gzipAtOnce });
  syncBuiltinESMExports();
  return () => underWay;
}

function gzipAtOnce(options?: ZlibOptions): Transform {
  const chunks: Buffer[] = [];
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
    flush(done) {
      done(null, zlib.gzipSync(Buffer.concat(chunks), options));
    },
  });
}
