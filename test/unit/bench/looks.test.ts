import { expect, it } from 'vitest';
import { looksOf } from '../../../bench/runs/looks.ts';
import type { RunEvent } from '../../../src/domain/events.ts';

const at = (second: number): string => new Date(second * 1000).toISOString();

function waits(second: number, waitingInSeconds: number): RunEvent {
  const base = { id: `e${second}`, runId: 'r', environment: 'default', at: at(second) };
  return { ...base, type: 'step_progress', step: 'build_and_push_images', message: 'the build', waitingInSeconds };
}

const operation = (second: number, seconds: number) => ({
  kind: 'build' as const,
  resourceId: '/registry',
  startedAt: at(second),
  seconds,
});

it('counts the looks that came too early, and how late the first one after an end was', () => {
  const chain = [operation(0, 10), operation(20, 1)];
  const events = [waits(0, 4), waits(4.1, 5), waits(9.1, 2.5), waits(11.6, 3)];
  expect(looksOf(events, { seconds: 11, chain })).toEqual({ early: 4, lateInSeconds: 1.6 });
});
