import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../../src/simulator/container-apps/logs/log-line.ts';
import {
  consoleGreeting,
  consoleText,
  eventText,
  isLogToken,
  type LogSource,
  logSource,
  logToken,
  tailOf,
} from '../../../../src/simulator/container-apps/logs/log-stream.ts';

const PLACE = '/subscriptions/s/resourceGroups/rg';
const CONSOLE = { part: 'api--one', replica: 'api--one-x', container: 'app' };
const APP: LogSource = {
  kind: 'containerApps',
  id: `${PLACE}/providers/Microsoft.App/containerApps/api`,
  console: CONSOLE,
};
const JOB: LogSource = { kind: 'jobs', id: `${PLACE}/providers/Microsoft.App/jobs/migrate` };
const asText = new URLSearchParams();
const asJson = new URLSearchParams('output=json');

function line(text: string, more: Partial<LogLine> = {}): LogLine {
  return { at: '2026-04-09T19:26:01.000Z', kind: 'console', ...CONSOLE, text, ...more };
}

describe('a log stream', () => {
  it('has the marks of the container runtime before the lines of apps, and none before those of jobs', () => {
    expect(consoleText(APP, line('two'), asText)).toBe('2026-04-09T19:26:01.000Z stdout F two\n');
    expect(consoleText(APP, line('no', { stream: 'stderr' }), asText)).toBe('2026-04-09T19:26:01.000Z stderr F no\n');
    expect(consoleText(JOB, line('two'), asText)).toBe('2026-04-09T19:26:01.000Z two\n');
    expect(JSON.parse(consoleText(JOB, line('two'), asJson))).toEqual({
      TimeStamp: '2026-04-09T19:26:01.000Z',
      Log: 'two',
    });
  });

  it('escapes more than JSON asks for, and says the same', () => {
    const text = `say "it's <b>1+1</b>" \\ \u001b[31mred \u00fc`;
    const written = consoleText(JOB, line(text), asJson);
    expect(written).toMatch(/^[\x20-\x7e]+\n$/);
    expect(written).not.toMatch(/['<>+]|\\"/);
    expect((JSON.parse(written) as { Log: string }).Log).toBe(text);
  });

  it('comes in parts where a line is longer than the container runtime takes', () => {
    const long = 'x'.repeat(40_000);
    const lines = consoleText(APP, line(long), asText).trimEnd().split('\n');
    expect(lines.map((one) => one.slice(25, 33))).toEqual(['stdout P', 'stdout P', 'stdout F']);
    expect(lines.map((one) => one.slice(34)).join('')).toBe(long);
  });

  it('begins with two lines that tell what it is of', () => {
    expect(consoleGreeting(CONSOLE, asText, 0)).toBe(
      "1970-01-01T00:00:00.000  Connecting to the container 'app'...\n1970-01-01T00:00:00.000  Successfully Connected to container: 'app' [Revision: 'api--one', Replica: 'api--one-x']\n",
    );
  });

  it('tells events of apps and of jobs by their names', () => {
    const event = line('Probe failed', { event: { type: 'Warning', reason: 'ProbeFailed', count: 5 } });
    expect(JSON.parse(eventText(APP, event))).toEqual({
      TimeStamp: '2026-04-09 19:26:01 +0000 UTC',
      Type: 'Warning',
      ContainerAppName: 'api',
      RevisionName: 'api--one',
      ReplicaName: 'api--one-x',
      Msg: 'Probe failed',
      Reason: 'ProbeFailed',
      EventSource: 'ContainerAppController',
      Count: 5,
    });
    expect(JSON.parse(eventText(JOB, event))).toMatchObject({ JobName: 'migrate', ExecutionName: 'api--one' });
  });

  it('is only as long as asked for', () => {
    const lines = Array.from({ length: 400 }, (_, index) => index);
    const lengths = ['', 'tailLines=0', 'tailLines=5', 'tailLines=1000'].map(
      (query) => tailOf(lines, new URLSearchParams(query)).length,
    );
    expect(lengths).toEqual([20, 0, 5, 300]);
  });

  it('is found only where an address leads', () => {
    const below = `${PLACE}/containerApps/api/revisions/api--one/replicas/api--one-x/containers/app/logstream`;
    expect(logSource(below)).toEqual(APP);
    expect(logSource(`${PLACE}/jobs/migrate/eventstream`)).toEqual(JOB);
    expect(logSource(`${PLACE}/jobs/j/revisions/r/replicas/x/containers/c/logstream`)).toBeUndefined();
    expect(logSource('/anything')).toBeUndefined();
  });
});

describe('a token for logs', () => {
  it('is good for one app, for an hour', () => {
    const { token, expires } = logToken(APP.id, 'secret', 1000);
    expect(isLogToken(token, APP.id.toUpperCase(), 'secret', 1000)).toBe(true);
    expect(Date.parse(expires)).toBe(3_601_000);
    const bad = [
      isLogToken(token, JOB.id, 'secret', 1000),
      isLogToken(token, APP.id, 'other', 1000),
      isLogToken(token, APP.id, 'secret', Date.parse(expires)),
      isLogToken(token.replace(/^\d+/, '9999999999999'), APP.id, 'secret', 1000),
      isLogToken(undefined, APP.id, 'secret', 1000),
    ];
    expect(bad).toEqual([false, false, false, false, false]);
  });
});
