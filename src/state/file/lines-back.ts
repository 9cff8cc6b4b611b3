import { open } from 'node:fs/promises';

/** Bytes read at once: a few hundred lines of an audit trail. */
const CHUNK = 64 * 1024;
const LINE_END = 0x0a;

interface Line {
  readonly text: string;
  /** Where it begins, in bytes from the beginning of the file. */
  readonly at: number;
}

/**
 * The lines of a file, the last one first, read from its end as far as somebody asks for. A last line without its end is still being
 * written, or was torn by a crash: it is left out. A file that is not there has none.
 */
export async function* linesBack(path: string): AsyncGenerator<Line> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return;
  try {
    // Chunks of a line whose beginning was not read yet, and where the first of them begins; none: its end was not read either.
    let rest: Buffer[] | undefined;
    for (let start = (await file.stat()).size; start > 0; ) {
      const length = Math.min(CHUNK, start);
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position: start - length });
      if (bytesRead < length) throw new Error(`${path} became shorter while it was read`);
      start -= length;
      let end = length;
      for (
        let at = buffer.lastIndexOf(LINE_END);
        at !== -1;
        at = at === 0 ? -1 : buffer.lastIndexOf(LINE_END, at - 1)
      ) {
        if (rest)
          yield { text: Buffer.concat([buffer.subarray(at + 1, end), ...rest]).toString('utf8'), at: start + at + 1 };
        rest = [];
        end = at;
      }
      rest?.unshift(buffer.subarray(0, end));
    }
    if (rest) yield { text: Buffer.concat(rest).toString('utf8'), at: 0 };
  } finally {
    await file.close();
  }
}
