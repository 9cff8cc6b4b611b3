import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url));
/** The rooms whose work writes: to Azure, to the vault, to a step's memory. */
const WRITE = ['activities', 'engine', 'images', 'perform', 'preflight', 'release', 'secrets'];

/** Files of these rooms in which the pattern occurs, comments aside. */
function filesWith(rooms: readonly string[], pattern: RegExp): readonly string[] {
  const files = rooms.flatMap((room) =>
    readdirSync(join(SOURCE, room), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(SOURCE, room, path)),
  );
  const code = (file: string): string => readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  return files.filter((file) => pattern.test(code(file))).map((file) => relative(SOURCE, file));
}

it('work that is done side by side has come to its end before anything is answered: one function sees to that', () => {
  expect(filesWith(WRITE, /Promise\.(all|allSettled|race|any)\(|\bmapLimited\(/)).toEqual(['engine/settle.ts']);
});

it('an activity answers that it waits in one way, which renews the lock and has a limit', () => {
  const answers = filesWith(['perform'], /kind: 'waiting'/).filter((file) => file !== 'perform/cleanup.ts');
  expect(answers).toEqual(['perform/answer-patiently.ts']);
  expect(filesWith(['activities'], /\bupdateState\([^)]*wakeBy/)).toEqual([]);
});

it('the time of refusals is counted in two functions, which both end it with a success', () => {
  const counting = filesWith(WRITE, /\b(startClock|endClock|secondsSinceFirst)\(/);
  expect(counting.toSorted()).toEqual([
    'engine/waiting/patience.ts',
    'engine/waiting/refusal-clock.ts',
    'engine/waiting/until-ready.ts',
  ]);
});

it('no step takes the id of a run for a guard of what it remembers', () => {
  expect(filesWith(WRITE, /memory\.\w+<|memory\.\w+\([^)]*\)\s*[!=]==?\s*context\.runId/)).toEqual([]);
});
