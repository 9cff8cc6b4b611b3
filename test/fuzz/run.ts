import fc from 'fast-check';
import { expect } from 'vitest';

/** A sample in `npm test`; everything in `npm run test:fuzz`. */
const IS_FULL = process.env.FUZZ === 'full';
const FACTOR = Number(process.env.FUZZ_FACTOR ?? (IS_FULL ? 20 : 1));
/** The sample is the same every time; a full run tries something new, and prints how to try it again. */
const SEED = Number(process.env.FUZZ_SEED ?? (IS_FULL ? Date.now() % 2 ** 31 : 20_260_101));

let total = 0;

/**
 * Feeds many hostile inputs to a check. After each one it makes sure that no object of the language was tampered with.
 *
 * @param inputs how many the sample has, and the full run where it is not as many times more as usual
 */
export async function feed<T>(
  what: string,
  inputs: number | { readonly sample: number; readonly full: number },
  arbitrary: fc.Arbitrary<T>,
  check: (input: T) => void | Promise<void>,
): Promise<void> {
  const numRuns = typeof inputs === 'number' ? Math.ceil(inputs * FACTOR) : IS_FULL ? inputs.full : inputs.sample;
  const property = fc.asyncProperty(arbitrary, async (input) => {
    await check(input);
    expectCleanPrototypes();
  });
  await fc.assert(property, { seed: SEED, numRuns, endOnFailure: IS_FULL, ...replayed() });
  total += numRuns;
  process.stdout.write(`fuzz: ${what}: ${numRuns} inputs, FUZZ_SEED=${SEED}, ${total} in this file\n`);
}

/** `FUZZ_PATH` goes straight to one input of a seed, as fast-check prints it. */
function replayed(): { path?: string } {
  return process.env.FUZZ_PATH === undefined ? {} : { path: process.env.FUZZ_PATH };
}

const PROTOTYPES = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const NAMES = PROTOTYPES.map((prototype) => Object.getOwnPropertyNames(prototype).join());

function expectCleanPrototypes(): void {
  const now = PROTOTYPES.map((prototype) => Object.getOwnPropertyNames(prototype).join());
  if (now.some((names, index) => names !== NAMES[index])) throw new Error('a prototype was changed');
}

/** An expected refusal: an error of one of these classes whose message names the place. Anything else is thrown again. */
export function expectRefusal(
  error: unknown,
  kinds: readonly (new (...args: never[]) => Error)[],
  place: RegExp | string,
): void {
  if (!(error instanceof Error) || !kinds.some((kind) => error instanceof kind)) throw error;
  expect(error.message).toMatch(place);
  expect(error.message.length).toBeLessThan(20_000);
}
