import { containersOf, type ExecutionRecord, executionReplica, executionStatus } from '../execution.ts';
import { type LogLine, later } from './log-line.ts';

/** What an execution has written by now, and what the platform says of it. */
export function executionLog(execution: ExecutionRecord, now: number): readonly LogLine[] {
  return [...executionEvents(execution), ...executionConsole(execution, now)];
}

/** All of the console once the execution is over, its first line before. */
function executionConsole(execution: ExecutionRecord, now: number): readonly LogLine[] {
  const isRunning = executionStatus(execution, now) === 'Running';
  const texts = isRunning ? execution.console.slice(0, 1) : execution.console;
  const { startedAt, endsAt } = execution;
  return containersOf(execution).flatMap(({ name = '', image = '' }) =>
    texts.map(
      (text, index): LogLine => ({
        at: index === 0 ? startedAt : later(endsAt, index),
        kind: 'console',
        part: execution.name,
        replica: executionReplica(execution),
        container: name,
        image,
        text,
        stream: 'stdout',
      }),
    ),
  );
}

/** What the platform says of an execution, in the words of https://learn.microsoft.com/azure/container-apps/log-monitoring. */
function executionEvents(execution: ExecutionRecord): readonly LogLine[] {
  const event = (type: 'Normal' | 'Warning', reason: string, text: string): LogLine => ({
    at: execution.startedAt,
    kind: 'system',
    part: execution.name,
    replica: executionReplica(execution),
    container: '',
    text,
    event: { type, reason, count: 1 },
  });
  const created = event('Normal', 'SuccessfulCreate', 'Successfully created pod for Job Execution');
  const { unmounted } = execution;
  return unmounted === undefined ? [created] : [created, event('Warning', 'VolumeMountFailure', unmounted)];
}
