import { describe, expect, it } from 'vitest';
import { CUSTOM_LOGS, keptLine, keptQuery, RESOURCE_LOGS } from '../../../src/logs/kept-query.ts';
import { comparableTime, inOrder, type LogLine } from '../../../src/logs/log-line.ts';
import { createSeenLines } from '../../../src/logs/seen-lines.ts';

function line(time: string, text: string, replica = 'api--r-1'): LogLine {
  const from = { revision: 'api--r', replica, container: 'api' };
  return { source: 'console', time, ...from, stream: null, reason: null, text };
}

describe('times of lines', () => {
  it.each([
    ['2026-11-30T18:00:00Z', '2026-11-30T18:00:00.000000000Z'],
    ['2026-11-30T18:00:00.12+00:00', '2026-11-30T18:00:00.120000000Z'],
    ['2026-11-30T18:00:00.1234567Z', '2026-11-30T18:00:00.123456700Z'],
    ['2026-11-30T20:00:00.5+02:00', '2026-11-30T18:00:00.500000000Z'],
    ['whenever', 'whenever'],
  ])('%s is compared as %s', (time, expected) => {
    expect(comparableTime(time)).toBe(expected);
  });

  it('give their order, whatever their form; of the same time as they came', () => {
    const [b, a, c] = [
      line('2026-11-30T18:00:01Z', 'b'),
      line('2026-11-30T18:00:00.9+00:00', 'a'),
      line('2026-11-30T18:00:01.0Z', 'c'),
    ];
    expect(inOrder([b, a, c]).map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });
});

describe('lines that were shown', () => {
  it('are passed over in the next connection, once each; equal ones of one connection are not', () => {
    const seen = createSeenLines();
    const first = seen.connection();
    const before = [
      line('2026-11-30T18:00:00Z', 'a'),
      line('2026-11-30T18:00:01Z', 'tick'),
      line('2026-11-30T18:00:01Z', 'tick'),
    ];
    expect(before.filter(first)).toEqual(before);
    const next = seen.connection();
    const again = [
      ...before,
      line('2026-11-30T18:00:01Z', 'tick'),
      line('2026-11-30T18:00:02Z', 'b'),
      line('2026-11-30T18:00:00Z', 'late'),
    ];
    expect(again.filter(next).map(({ text }) => text)).toEqual(['tick', 'b', 'late']);
  });

  it('of one replica say nothing of another', () => {
    const seen = createSeenLines();
    seen.connection()(line('2026-11-30T18:00:01Z', 'a'));
    expect(seen.connection()(line('2026-11-30T18:00:00Z', 'a', 'api--r-2'))).toBe(true);
  });

  it('say where others may have been between them', () => {
    const seen = createSeenLines();
    seen.connection()(line('2026-11-30T18:00:01Z', 'a'));
    const gaps: string[] = [];
    const meets = seen.connection(() => gaps.push('met'));
    for (const text of ['a', 'b']) meets(line(text === 'a' ? '2026-11-30T18:00:01Z' : '2026-11-30T18:00:02Z', text));
    expect(gaps).toEqual([]);
    const misses = seen.connection(() => gaps.push('missed'));
    for (const second of [3, 4]) expect(misses(line(`2026-11-30T18:00:0${second}Z`, 'c'))).toBe(true);
    expect(gaps).toEqual(['missed']);
  });

  it('of a workspace are passed over in a stream, by the second and as often as they were there; others of their time are not', () => {
    const seen = createSeenLines();
    for (const text of ['tick', 'tick', 'later']) seen.noteKept(line('2026-11-30T18:00:01.12Z', text));
    const isNew = seen.connection();
    const stream = ['tick', 'late', 'tick', 'tick', 'later'].map((text) =>
      line('2026-11-30T18:00:01.1234567+00:00', text),
    );
    expect(stream.filter(isNew).map(({ text }) => text)).toEqual(['late', 'tick']);
  });
});

describe('the question to a workspace', () => {
  const filter = { source: 'console', app: 'api', revision: undefined, sinceInSeconds: 600, limit: 100 } as const;

  it('names tables and columns as the logs came to it', () => {
    expect(keptQuery(RESOURCE_LOGS, filter).split('\n')).toEqual([
      'ContainerAppConsoleLogs',
      '| where TimeGenerated > ago(600s)',
      "| where ContainerAppName == 'api'",
      '| order by TimeGenerated desc',
      '| take 100',
    ]);
    expect(keptQuery(CUSTOM_LOGS, { ...filter, source: 'system', revision: 'api--r' })).toMatch(
      /^ContainerAppSystemLogs_CL\n.*\n\| where ContainerAppName_s == 'api'\n\| where RevisionName_s == 'api--r'\n/,
    );
  });

  it('takes nothing of a name for its own words', () => {
    expect(keptQuery(RESOURCE_LOGS, { ...filter, revision: "x' or 1 == 1 or '\\" })).toContain(
      "RevisionName == 'x\\' or 1 == 1 or \\'\\\\'",
    );
  });

  it('is answered with rows in either form', () => {
    const row = {
      ...{ TimeGenerated: '2026-11-30T18:00:00.1Z', RevisionName_s: 'api--r', ContainerGroupName_s: 'api--r-1' },
      ...{ ContainerName_s: 'api', Stream_s: 'stderr', Log_s: 'oh' },
    };
    expect(keptLine(CUSTOM_LOGS, 'console', row)).toEqual({
      ...line('2026-11-30T18:00:00.1Z', 'oh'),
      stream: 'stderr',
    });
    expect(keptLine(CUSTOM_LOGS, 'console', { ...row, _timestamp_d: 1_764_525_600.5 }).time).toBe(
      '2025-11-30T18:00:00.500Z',
    );
    const event = {
      TimeGenerated: 't',
      RevisionName: 'api--r',
      ReplicaName: '',
      Reason: 'ProbeFailed',
      Log: 'Probe of Readiness failed',
    };
    expect(keptLine(RESOURCE_LOGS, 'system', event)).toMatchObject({
      reason: 'ProbeFailed',
      container: '',
      replica: '',
    });
  });
});
