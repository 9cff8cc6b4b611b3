import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/events.ts';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import { calmLog } from '../../../src/text/calm.ts';
import { summedUp } from '../../../src/text/progress.ts';

const AT = Date.parse('2026-01-01T00:00:00.000Z');
const about = { id: 'x', runId: 'r', environment: 'default', at: new Date(AT).toISOString() };
const of = { ...about, step: 'create_databases' as const };

const progress = (message: string, waitingInSeconds?: number): RunEvent => ({
  ...of,
  type: 'step_progress',
  message,
  ...(waitingInSeconds !== undefined && { waitingInSeconds }),
});
const started: RunEvent = { ...of, type: 'step_started', number: 6, reason: 'never run' };
const completed: RunEvent = { ...of, type: 'step_completed', durationInMs: 8_800, attempts: 1 };

function planOf(action: 'run' | 'skip', warnings: readonly string[] = []): RunEvent {
  const reason = action === 'run' ? 'never run' : 'unchanged';
  const steps: Plan['steps'] = [{ step: 'create_databases', number: 6, action, reason, changed: [] }];
  const plan = { environment: 'default', steps, resources: [], warnings: [...warnings], criticalPath: [], digest: 'd' };
  return { ...about, type: 'plan', plan };
}

describe('progress in few lines', () => {
  it('says once what begins and ends alike, and counts what is too much', () => {
    expect(summedUp(['creating server a', 'creating server b', 'creating server b'])).toBe('creating server a, b');
    expect(summedUp(['secret A written', 'secret B written'])).toBe('secret A, B written');
    expect(summedUp(['x 1', 'x 2', 'x 3', 'x 4', 'x 5', 'x 6'])).toBe('x 1, 2, 3, 4 and 2 more');
    expect(summedUp(['a: 1', 'b: 1', 'c: 1', 'd: 1'])).toBe('a: 1; b: 1; c: 1; and 1 more');
    expect(summedUp(['creating Big Thing x', 'creating setting of Big Thing x'])).toBe(
      'creating Big Thing x, setting of Big Thing x',
    );
    expect(summedUp([])).toBe('');
  });

  it('tells a short step in the line of its end', () => {
    const log = calmLog();
    for (const event of [started, progress('creating server a'), progress('creating server b')]) log.lines(event, AT);
    expect(log.due(AT + 900)).toEqual([]);
    expect(log.lines(completed, AT)).toEqual(['✓  6/14 create_databases completed in 8.8 s: creating server a, b']);
  });

  it('tells a long one when it has begun, what it did since every now and then, and that it is under way', () => {
    const log = calmLog();
    log.lines(planOf('run'), AT);
    expect(log.lines(started, AT)).toEqual([]);
    log.lines(progress('creating server a'), AT);
    expect(log.due(AT + 1_000)).toEqual(['▶  6/14 create_databases creating server a']);
    log.lines(progress('server a', 10), AT);
    expect(log.due(AT + 60_000)).toEqual([]);
    expect(log.due(AT + 61_000)).toEqual([
      expect.stringMatching(/^Under way: create_databases 1 min 01 s of about \d+ min \(server a\)$/),
    ]);
    expect(log.due(AT + 62_000)).toEqual([]);
    log.lines(progress('creating database b'), AT);
    expect(log.due(AT + 63_000)).toEqual(['▶  6/14 create_databases creating database b']);
  });

  it('says nothing twice: a plan that is made again, a line of a log, a reason that the plan gave', () => {
    const log = calmLog();
    expect(log.lines(planOf('run'), AT)).toHaveLength(1);
    expect(log.lines(planOf('run'), AT)).toEqual([]);
    expect(log.lines({ ...started, reason: 'another' } as RunEvent, AT)).toHaveLength(1);
    const warning: RunEvent = { ...of, type: 'log', level: 'warning', message: 'slow' };
    expect([1, 2, 3].flatMap(() => log.lines(warning, AT))).toEqual(['⚠ slow']);
    const ended: RunEvent = {
      ...about,
      type: 'run_completed',
      status: 'succeeded',
      executed: ['create_databases'],
      skipped: [],
      failed: [],
      durationInMs: 10,
    };
    expect(log.lines(ended, AT)[0]).toBe('⚠ slow (3 times)');
  });

  it('has one line for a run that has nothing to do, and counts what its plan warns of', () => {
    const log = calmLog();
    expect(log.lines(planOf('skip', ['a', 'b']), AT)).toEqual([]);
    expect(log.lines({ ...of, type: 'step_skipped', reason: 'unchanged' }, AT)).toEqual([]);
    const ended: RunEvent = {
      ...about,
      type: 'run_completed',
      status: 'succeeded',
      executed: [],
      skipped: ['create_databases'],
      failed: [],
      durationInMs: 10,
    };
    expect(log.lines(ended, AT)).toEqual([
      'Run r succeeded: 0 executed, 1 skipped, 0 failed in 10 ms; 2 warnings, as plan tells',
    ]);
  });
});
