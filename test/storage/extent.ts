/**
 * How much of a matrix is tried. `npm test` tries a few; `STORAGE=full` everything, or with STORAGE_STRIDE=n every n-th case, from
 * STORAGE_OFFSET on, so that a whole matrix can be tried in parts.
 */
const { STORAGE, STORAGE_STRIDE, STORAGE_OFFSET = '0', STORAGE_SEED } = process.env;

export const IS_FULL = STORAGE === 'full';

/** What is drawn at random is told with this, and drawn again by STORAGE_SEED. */
export const SEED = Number(STORAGE_SEED ?? (IS_FULL ? Date.now() % 2 ** 31 : 20_260_104));

/** @param sample how many are enough in `npm test` */
export function someOf<Case>(all: readonly Case[], sample: number): readonly Case[] {
  const every = Number(STORAGE_STRIDE ?? (IS_FULL ? 1 : Math.ceil(all.length / sample)));
  return all.filter((_, index) => index % every === Number(STORAGE_OFFSET) % every);
}
