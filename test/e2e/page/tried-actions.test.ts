import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ACTIONS } from '../../../src/page/actions/actions.ts';

const TESTS = new URL('./', import.meta.url);

/** What tests in a real browser name as what they do by `act`, or type by `typeInstead`: `rollBack --to`. */
function named(by: 'act' | 'typeInstead'): readonly string[] {
  const calls = new RegExp(`\\b${by}\\(\\s*\\w+,\\s*'([^']+)'`, 'g');
  const files = readdirSync(TESTS).filter((file) => file.endsWith('.test.ts'));
  return files.flatMap((file) =>
    [...readFileSync(new URL(file, TESTS), 'utf8').matchAll(calls)].map(([, what = '']) => what),
  );
}

it('every action of the page, with each of its options, is tried in a browser', () => {
  const tried = named('act').map((what) => what.split(' '));
  const untried = Object.entries(ACTIONS).flatMap(([action, { options }]) => {
    const done = tried.filter(([name]) => name === action).flat();
    return [action, ...options].filter((one) => !done.includes(one)).map((one) => `${action}: ${one}`);
  });
  expect(untried).toEqual([]);
});

it('the command line of every action of the page is typed as it is shown', () => {
  const typed = new Set(named('typeInstead').map((what) => what.split(' ')[0]));
  expect(Object.keys(ACTIONS).filter((action) => !typed.has(action))).toEqual([]);
});
