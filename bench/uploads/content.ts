import { randomBytes } from 'node:crypto';

const PIECE_IN_BYTES = 64 * 1024;
const PIECES_OF_A_MEGABYTE = (1024 * 1024) / PIECE_IN_BYTES;

/** So many megabytes in pieces as a compressor gives them. */
export async function* content(megabytes: number): AsyncGenerator<Uint8Array> {
  const piece = randomBytes(PIECE_IN_BYTES);
  for (let count = 0; count < megabytes * PIECES_OF_A_MEGABYTE; count += 1) yield piece;
}
