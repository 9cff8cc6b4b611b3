import { describe, expect, it } from 'vitest';
import { schedule } from '../../../src/page/run/schedule.ts';

type Run = Parameters<typeof schedule>[0];
type Step = Run['steps'][number];

const START = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

function step(name: string, more: Partial<Step>): Step {
  return {
    step: name as Step['step'],
    number: 1,
    title: name,
    after: [],
    typicalInSeconds: 10,
    status: 'pending',
    reason: null,
    startedAt: null,
    finishedAt: null,
    durationInMs: null,
    attempts: 0,
    waitingFor: null,
    checks: [],
    error: null,
    ...more,
  };
}

const follows = (...names: string[]): Step['after'] => names as Step['after'];

describe('the schedule of a run', () => {
  it('has what was where it was, and expects the rest after what it waits for, in whatever order they stand', () => {
    const steps = [
      step('first', { status: 'completed', startedAt: at(0), finishedAt: at(4) }),
      step('last', { after: follows('middle') }),
      step('middle', { status: 'running', startedAt: at(5), after: follows('first'), typicalInSeconds: 20 }),
    ];
    const { bars, totalInMs } = schedule({ steps, finishedAt: null, plan: null }, START + 9000);
    expect(bars.get('first')).toEqual({ fromMs: 0, toMs: 4000, kind: 'done' });
    expect(bars.get('middle')).toEqual({ fromMs: 5000, toMs: 9000, kind: 'running' });
    expect(bars.get('last')).toEqual({ fromMs: 25_000, toMs: 35_000, kind: 'expected' });
    expect(totalInMs).toBe(35_000);
  });

  it('expects nothing of a run that is over', () => {
    const steps = [
      step('first', { status: 'failed', startedAt: at(0), durationInMs: 2000 }),
      step('last', { status: 'stopped', after: follows('first') }),
    ];
    const { bars, totalInMs } = schedule({ steps, finishedAt: at(2), plan: null }, START + 99_000);
    expect([...bars]).toEqual([['first', { fromMs: 0, toMs: 2000, kind: 'failed' }]]);
    expect(totalInMs).toBe(2000);
  });
});
