import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/events.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import { measuresOfRun } from '../../../src/telemetry/run-measures.ts';
import { spansOfRun } from '../../../src/telemetry/run-spans.ts';

const RUN = 'production-01M8PV4VZ09WF3PG1YSV9VDNER';
const REQUEST = {
  runId: RUN,
  environment: 'production',
  requestedAt: '2026-01-01T00:00:00.000Z',
  options: NO_OPTIONS,
  trigger: 'cli' as const,
};
const END = { executed: [], skipped: [], failed: [], durationInMs: 0 };

let number = 0;
type Body = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'id' | 'runId' | 'environment' | 'at'>
    : never
  : never;
/** @param second of the run */
function event(second: number, body: Body): RunEvent {
  const at = new Date(Date.parse(REQUEST.requestedAt) + second * 1000).toISOString();
  return { id: `x/${number++}`, runId: RUN, environment: 'production', at, ...body } as RunEvent;
}

const told = (events: readonly RunEvent[]) => spansOfRun({ request: REQUEST, events });

it('a run that goes on tells nothing yet', () => {
  const step = 'create_databases' as const;
  expect(told([event(1, { type: 'step_started', step, number: 5, reason: 'never run' })])).toEqual([]);
});

it('a step is one span from its first word to its end, however often it was begun, with its waits', () => {
  const step = 'create_databases' as const;
  const spans = told([
    event(1, { type: 'step_started', step, number: 5, reason: 'never run' }),
    event(2, { type: 'step_progress', step, message: 'the server', waitingInSeconds: 30 }),
    event(9, { type: 'step_started', step, number: 5, reason: 'its storage was restored' }),
    event(31, { type: 'step_completed', step, durationInMs: 30_000, attempts: 3, lateInSeconds: 1.5 }),
    event(32, { type: 'step_skipped', step: 'store_secrets', reason: 'nothing changed' }),
    event(40, { type: 'run_completed', status: 'succeeded', ...END, executed: [step] }),
  ]);
  expect(spans.map(({ path, name }) => [path, name])).toEqual([
    [[], 'run deploy'],
    [[step], `step ${step}`],
    [['store_secrets'], 'step store_secrets'],
  ]);
  expect(spans[1]).toMatchObject({
    startedAt: '2026-01-01T00:00:01.000Z',
    endedAt: '2026-01-01T00:00:31.000Z',
    attributes: {
      'draftgenie.step.outcome': 'completed',
      'draftgenie.step.attempts': 3,
      'draftgenie.step.early_looks': 1,
      'draftgenie.step.lateness': 1.5,
    },
    events: [{ name: 'wait', attributes: { 'draftgenie.wait.seconds': 30, 'draftgenie.message': 'the server' } }],
  });
  expect(measuresOfRun(spans)).toEqual([
    {
      metric: 'runs',
      value: 1,
      attributes: { 'draftgenie.run.outcome': 'succeeded', 'draftgenie.run.work': 'deploy' },
    },
    {
      metric: 'runDuration',
      value: 40,
      attributes: { 'draftgenie.run.outcome': 'succeeded', 'draftgenie.run.work': 'deploy' },
    },
    {
      metric: 'stepDuration',
      value: 30,
      attributes: { 'draftgenie.step.name': step, 'draftgenie.step.outcome': 'completed' },
    },
    { metric: 'stepRetries', value: 2, attributes: { 'draftgenie.step.name': step } },
    { metric: 'stepLateness', value: 1.5, attributes: { 'draftgenie.step.name': step } },
  ]);
});

it('a run whose place another took is abandoned then, with what it had begun', () => {
  const step = 'create_databases' as const;
  const events = [event(1, { type: 'step_started', step, number: 5, reason: 'never run' })];
  const spans = spansOfRun({ request: REQUEST, events, abandonedAt: '2026-01-01T01:00:00.000Z' });
  expect(spans.map(({ name, endedAt }) => [name, endedAt])).toEqual([
    ['run deploy', '2026-01-01T01:00:00.000Z'],
    [`step ${step}`, '2026-01-01T00:00:01.000Z'],
  ]);
  expect(spans[0]?.attributes['draftgenie.run.outcome']).toBe('abandoned');
});

it('a failure is told by its code at the step and at the run; what was not begun is stopped', () => {
  const [step, other] = ['create_databases', 'store_secrets'] as const;
  const spans = told([
    event(1, { type: 'step_started', step, number: 5, reason: 'never run' }),
    event(5, { type: 'step_failed', step, code: 'QuotaExceeded', message: 'no more', durationInMs: 4000, attempts: 1 }),
    event(6, { type: 'log', level: 'info', step: other, message: 'not started: create_databases failed' }),
    event(7, { type: 'run_completed', status: 'failed', ...END, failed: [step] }),
  ]);
  const error = { type: 'QuotaExceeded', message: 'no more' };
  expect(spans.map((span) => span.error)).toEqual([error, error, undefined]);
  expect(spans[2]?.attributes['draftgenie.step.outcome']).toBe('stopped');
  expect(measuresOfRun(spans).map(({ metric }) => metric)).toEqual(['runs', 'runDuration', 'stepDuration']);
});

it('each deletion is a span, and one without an end lasts as long as the run', () => {
  const resource = (key: string) => ({ key, resource: `the ${key}` });
  const spans = told([
    event(1, { type: 'removal_started', ...resource('app') }),
    event(2, { type: 'removal_started', ...resource('vault') }),
    event(4, { type: 'removal_completed', ...resource('app') }),
    event(9, { type: 'run_completed', status: 'cancelled', ...END }),
  ]);
  expect(spans.slice(1).map(({ path, endedAt }) => [path, endedAt])).toEqual([
    [['removal', 'app'], '2026-01-01T00:00:04.000Z'],
    [['removal', 'vault'], '2026-01-01T00:00:09.000Z'],
  ]);
});

it('what a run waits for people are events of its span', () => {
  const [run] = told([
    event(0, { type: 'run_queued', place: 2, holder: null }),
    event(1, { type: 'approval_requested', planDigest: 'd' }),
    event(2, {
      type: 'approval_decided',
      planDigest: 'd',
      decision: 'reject',
      by: 'somebody@example.com',
      comment: 'no',
    }),
    event(3, { type: 'run_completed', status: 'rejected', ...END }),
  ]);
  expect(run?.events.map(({ name }) => name)).toEqual(['queued', 'approval requested', 'approval decided']);
  expect(run?.error).toBeUndefined();
  expect(JSON.stringify(run)).not.toContain('somebody');
});
