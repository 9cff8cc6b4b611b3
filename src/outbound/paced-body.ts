import { Readable } from 'node:stream';

const PIECE_IN_BYTES = 64 * 1024;

/** A body that leaves in pieces, each when the one before is gone: what is handed over as a whole shows no progress. */
export function pacedBody(bytes: Uint8Array): Readable {
  function* pieces(): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += PIECE_IN_BYTES) yield bytes.subarray(at, at + PIECE_IN_BYTES);
  }
  return Readable.from(pieces(), { objectMode: false });
}
