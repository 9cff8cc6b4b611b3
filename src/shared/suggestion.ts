import { closest, distance } from 'fastest-levenshtein';

const MAX_DISTANCE = 3;
/** Longer keys get no suggestion: the comparison takes the product of the lengths. */
const MAX_LENGTH = 64;
/** Among more names a suggestion would be luck, and takes long. */
const MAX_KNOWN = 500;

/** The one of the known words that was probably meant. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || known.length > MAX_KNOWN || word.length > MAX_LENGTH) return undefined;
  const best = closest(word, known);
  return distance(word, best) <= MAX_DISTANCE ? best : undefined;
}
