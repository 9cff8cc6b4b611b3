import { describe, expect, it } from 'vitest';
import type { StepAnswer } from '../../../src/domain/run.ts';
import { runStep } from '../../../src/orchestrators/run-step.ts';
import { type Driven, drive } from '../../helpers/engine/orchestration.ts';

const INPUT = { environment: 'default', runId: 'default-1', step: 'create_databases', callNumber: 1 };

/** The step's activity answers one after the other. */
function run(answers: readonly (StepAnswer | Error)[], input = INPUT): Driven {
  const next = answers.values();
  return drive(runStep, input, (task) => {
    if (task.kind !== 'activity') return undefined;
    const answer = next.next().value;
    if (answer instanceof Error) throw answer;
    return answer;
  });
}

const calls = ({ yielded }: Driven): readonly unknown[] =>
  yielded.flatMap((task) => (task.kind === 'activity' ? [(task.input as typeof INPUT).callNumber] : []));
const sleeps = ({ yielded }: Driven): readonly number[] =>
  yielded.flatMap((task) => (task.kind === 'timer' ? [task.seconds] : []));

describe('a step under orchestration', () => {
  it('is called until it is done, and sleeps as long as it asks for', () => {
    const driven = run([
      { kind: 'waiting', retryAfterInSeconds: 10 },
      { kind: 'failed', code: 'x', retryable: true, retryAfterInSeconds: 0.5 },
      { kind: 'failed', code: 'x', retryable: true },
      { kind: 'completed' },
    ]);
    expect(driven.result).toBe('succeeded');
    expect(calls(driven)).toEqual([1, 2, 3, 4]);
    expect(sleeps(driven)).toEqual([10, 0.5, 5]);
  });

  it.each([
    [{ kind: 'skipped' }, 'succeeded'],
    [{ kind: 'stopped' }, 'stopped'],
    [{ kind: 'failed', code: 'x', retryable: false }, 'failed'],
  ] as const)('ends after %j as %s', (answer, outcome) => {
    const driven = run([answer]);
    expect([driven.result, sleeps(driven)]).toEqual([outcome, []]);
  });

  it.each(['completed', 'skipped', 'stopped', 'behind'] as const)(
    'of a run that knows what the storage must have says that it was %s',
    (kind) => {
      const driven = run([{ kind }], {
        ...INPUT,
        known: { lock: { fence: 1, acquiredAt: '' }, done: [] },
      } as typeof INPUT);
      expect(driven.result).toBe(kind);
    },
  );

  it('goes on when its activity is lost for a while, under the same number', () => {
    const driven = run([new Error('its host is away'), new Error('still'), { kind: 'completed' }]);
    expect([driven.result, calls(driven), sleeps(driven)]).toEqual(['succeeded', [1, 1, 1], [1, 5]]);
  });

  it('fails when its activity stays lost, and does not throw', () => {
    const driven = run(Array.from({ length: 50 }, () => new Error('time limit')));
    expect([driven.result, calls(driven).length]).toEqual(['failed', 7]);
  });

  it('starts a new history after fifty calls, with the next number', () => {
    const waiting = Array.from({ length: 50 }, (): StepAnswer => ({ kind: 'waiting', retryAfterInSeconds: 1 }));
    const driven = run(waiting, { ...INPUT, callNumber: 51 });
    expect(calls(driven).at(-1)).toBe(100);
    expect(driven.continuedAs).toEqual({ ...INPUT, callNumber: 101 });
  });
});
