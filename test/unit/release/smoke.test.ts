import { expect, it } from 'vitest';
import { wrongAnswer } from '../../../src/release/smoke.ts';

it.each([
  [{}, { status: 204, body: '' }, undefined],
  [{}, { status: 301, body: '' }, 'answers 301, not 2xx'],
  [{ status: 401 }, { status: 401, body: '' }, undefined],
  [{ status: 401 }, { status: 200, body: '' }, 'answers 200, not 401'],
  [{ contains: 'ok' }, { status: 200, body: '{"status":"ok"}' }, undefined],
  [{ contains: 'ok' }, { status: 200, body: '{}' }, 'does not contain "ok"'],
])('of a request that expects %j, the answer %j is judged: %s', (expected, answer, problem) => {
  expect(wrongAnswer(expected, answer)).toBe(problem);
});
