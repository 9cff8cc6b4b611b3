import { describe, expect, it } from 'vitest';
import { FunctionName } from '../../../src/domain/function-names.ts';
import type { OpenAnswer } from '../../../src/domain/run.ts';
import { deploy } from '../../../src/orchestrators/deploy.ts';
import { type Driven, drive, type FakeTask } from '../../helpers/engine/orchestration.ts';

const RUN = { environment: 'default', runId: 'default-01M8434Z00VB7SSV72CDKWWDXY' };
const ASK: OpenAnswer = { kind: 'approval', planDigest: 'd1', timeoutInSeconds: 60 };

interface Decision {
  readonly planDigest: string;
  readonly decision: string;
  readonly by: string;
}

/** `open_run` gives these answers; then these decisions come, and after them the time is over. */
function run(opened: readonly OpenAnswer[], decisions: readonly Decision[] = []): Driven {
  const answers = opened.values();
  const events = decisions.values();
  return drive(deploy, RUN, (task) => {
    if (task.kind === 'activity' && task.name === FunctionName.openRun) return answers.next().value;
    if (task.kind === 'activity') return { kind: 'closed' };
    if (task.kind === 'orchestration') return 'succeeded';
    if (task.kind !== 'any') return undefined;
    const event = task.tasks.find((one) => one.kind === 'event') as Extract<FakeTask, { kind: 'event' }>;
    const next = events.next();
    if (next.done === true) return task.tasks.find((one) => one.kind === 'timer');
    event.result = next.value;
    return event;
  });
}

const outcome = ({ result }: Driven): unknown => (result as { outcome: string }).outcome;
const opens = ({ yielded }: Driven): readonly unknown[] =>
  yielded.flatMap((task) => (task.kind === 'activity' && task.name === FunctionName.openRun ? [task.input] : []));
const walks = ({ yielded }: Driven): number => yielded.filter(({ kind }) => kind === 'orchestration').length;

describe('an input that is no run', () => {
  it.each([
    undefined,
    null,
    'default',
    {},
    { environment: 'default' },
    { environment: 'default', runId: 'x' },
    { environment: '../default', runId: '../default-01M8434Z00VB7SSV72CDKWWDXY' },
    { environment: 'other', runId: 'default-01M8434Z00VB7SSV72CDKWWDXY' },
  ])('ends the orchestration at once, with what it must be: %j', (input) => {
    const called: FakeTask[] = [];
    const start = () => drive(deploy, input, (task) => called.push(task));
    expect(start).toThrow('The input is no run: {"environment": NAME, "runId": ID}');
    expect(called).toEqual([]);
  });

  it('ends it with one call to open and one to close, when the run store knows no such run', () => {
    const called: string[] = [];
    const start = () =>
      drive(deploy, RUN, (task) => {
        if (task.kind !== 'activity') throw new Error(task.kind);
        called.push(task.name);
        return { kind: task.name === FunctionName.openRun ? 'failed' : 'unknown' };
      });
    expect(start).toThrow(`The run ${RUN.runId} is not in the run store.`);
    expect(called).toEqual([FunctionName.openRun, FunctionName.closeRun]);
  });
});

describe('a run', () => {
  it.each([
    ['run', 'succeeded', 1],
    ['nothing', 'succeeded', 0],
    ['failed', 'failed', 0],
    ['stopped', 'stopped', 0],
  ] as const)('that opens with %s ends as %s', (kind, expected, parts) => {
    const driven = run([{ kind }]);
    expect([outcome(driven), walks(driven)]).toEqual([expected, parts]);
    expect(driven.yielded.at(-1)).toMatchObject({ name: FunctionName.closeRun, input: { ...RUN, outcome: expected } });
  });

  it('that has come to its end where it was opened is not closed once more', () => {
    const driven = run([{ kind: 'nothing', isClosed: true }]);
    expect([outcome(driven), driven.yielded.length]).toEqual(['succeeded', 1]);
  });

  it('whose planning waits for Azure sleeps and plans again', () => {
    const driven = run([{ kind: 'waiting', retryAfterInSeconds: 86_400 }, { kind: 'run' }]);
    expect(driven.yielded).toContainEqual(expect.objectContaining({ kind: 'timer', seconds: 86_400 }));
    expect([outcome(driven), opens(driven)]).toEqual(['succeeded', [RUN, RUN]]);
  });

  it('whose planning is lost is closed as failed', () => {
    const driven = drive(deploy, RUN, (task) => {
      if (task.kind !== 'activity') return undefined;
      if (task.name === FunctionName.closeRun) return { kind: 'closed' };
      throw new Error('timed out');
    });
    expect(outcome(driven)).toBe('failed');
    expect(driven.yielded.at(-1)).toMatchObject({ name: FunctionName.closeRun, input: { ...RUN, outcome: 'failed' } });
  });

  it('in the queue sleeps and asks again', () => {
    const driven = run([{ kind: 'queued', retryAfterInSeconds: 7 }, { kind: 'run' }]);
    expect(driven.yielded).toContainEqual(expect.objectContaining({ kind: 'timer', seconds: 7 }));
    expect([outcome(driven), opens(driven).length]).toEqual(['succeeded', 2]);
  });

  it('goes on with an approval of its plan, and says which and whose it was', () => {
    const driven = run([ASK, { kind: 'run' }], [{ planDigest: 'd1', decision: 'approve', by: 'ada' }]);
    expect(opens(driven)).toEqual([RUN, { ...RUN, approvedDigest: 'd1', approvedBy: 'ada' }]);
    expect(outcome(driven)).toBe('succeeded');
  });

  it('ignores a decision about another plan', () => {
    const driven = run([ASK, { kind: 'run' }], [{ planDigest: 'old', decision: 'approve', by: 'ada' }]);
    expect([outcome(driven), opens(driven).length]).toEqual(['rejected', 1]);
  });

  it('asks again when the plan has changed since', () => {
    const changed: OpenAnswer = { ...ASK, planDigest: 'd2' };
    const approve = (planDigest: string): Decision => ({ planDigest, decision: 'approve', by: 'ada' });
    const driven = run([ASK, changed, { kind: 'run' }], [approve('d1'), approve('d1'), approve('d2')]);
    expect([outcome(driven), opens(driven).length]).toEqual(['succeeded', 3]);
  });

  it.each([
    ['reject', 'rejected'],
    ['cancel', 'stopped'],
  ])('ends after %s as %s', (decision, expected) => {
    const driven = run([ASK], [{ planDigest: 'd1', decision, by: 'ada' }]);
    expect([outcome(driven), walks(driven)]).toEqual([expected, 0]);
  });

  it('is rejected when nobody decides in time', () => {
    const driven = run([ASK]);
    expect(outcome(driven)).toBe('rejected');
  });

  describe('whose storage forgets', () => {
    const LOCK = { fence: 4, acquiredAt: '2026-01-01T00:00:00.000Z' };
    /** What each walk, and each call of close_run, answers. */
    function forgetful(walked: readonly unknown[], closed: readonly string[] = []): Driven {
      const walks = walked.values();
      const closes = closed.values();
      return drive(deploy, RUN, (task) => {
        if (task.kind === 'activity' && task.name === FunctionName.openRun) return { kind: 'run', lock: LOCK };
        if (task.kind === 'activity') return { kind: closes.next().value ?? 'closed' };
        return walks.next().value;
      });
    }
    const inputs = ({ yielded }: Driven, name: string): readonly unknown[] =>
      yielded.flatMap((task) => ('name' in task && task.name === name && 'input' in task ? [task.input] : []));
    const BEHIND = { outcome: 'behind', done: ['check_prerequisites'] };
    const DONE = { outcome: 'succeeded', done: ['check_prerequisites'] };

    it('walks the schedule again, and is closed once with what it knows', () => {
      const driven = forgetful([BEHIND, DONE]);
      const known = { lock: LOCK, done: [] };
      expect(inputs(driven, FunctionName.runSchedule)).toEqual([
        { ...RUN, path: [], known },
        { ...RUN, path: [], walk: 1, known },
      ]);
      expect(inputs(driven, FunctionName.closeRun)).toEqual([
        { ...RUN, outcome: 'succeeded', known: { ...known, done: DONE.done } },
      ]);
      expect(outcome(driven)).toBe('succeeded');
    });

    it('walks the schedule again when its end finds that something was lost', () => {
      const driven = forgetful([DONE, DONE], ['behind', 'closed']);
      expect([outcome(driven), walks(driven)]).toEqual(['succeeded', 2]);
    });

    it('fails when it forgets again and again, and is closed', () => {
      const driven = forgetful(Array.from({ length: 20 }, () => BEHIND));
      expect([outcome(driven), walks(driven)]).toEqual(['failed', 5]);
      expect(inputs(driven, FunctionName.closeRun)).toMatchObject([{ outcome: 'failed' }]);
    });

    it('is closed as failed when its end is never as it knows', () => {
      const driven = forgetful(
        Array.from({ length: 20 }, () => DONE),
        [...Array.from({ length: 5 }, () => 'behind'), 'closed'],
      );
      expect([outcome(driven), walks(driven)]).toEqual(['failed', 5]);
    });

    it('is never deployed when it was to be deleted', () => {
      const driven = drive(deploy, RUN, (task) => {
        if (task.kind !== 'activity') return 'behind';
        return task.name === FunctionName.openRun ? { kind: 'remove', lock: LOCK } : { kind: 'closed' };
      });
      expect(inputs(driven, FunctionName.runSchedule)).toEqual([]);
      expect(outcome(driven)).toBe('failed');
    });
  });
});
