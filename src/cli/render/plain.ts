import type { RunEvent } from '../../domain/events.ts';
import { calmLog } from '../../text/calm.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Hold } from '../console/owner.ts';
import type { Terminal } from '../terminal.ts';
import type { Renderer } from './renderer.ts';

const LOOK_EVERY_MS = 500;

/** Lines with their times, for continuous integration and log files: few of them, or each event where everything is wanted. */
export function plainRenderer(terminal: Terminal, verbose: boolean): Renderer {
  const calm = calmLog();
  const write = (at: string, lines: readonly string[]): void => {
    for (const line of lines) terminal.stdout.write(`${at.slice(0, 19)}Z ${line}\n`);
  };
  const timer = verbose
    ? undefined
    : setInterval(() => write(new Date().toISOString(), calm.due(Date.now())), LOOK_EVERY_MS).unref();
  /** What a step waits for is told once, however often it looks. */
  const waits = new Map<string, string>();
  const isRepeated = (event: RunEvent): boolean => {
    if (event.type !== 'step_progress') return false;
    const isSame = waits.get(event.step) === event.message;
    waits.set(event.step, event.message);
    return isSame;
  };
  const everything = (event: RunEvent): readonly string[] => (isRepeated(event) ? [] : [plainText(event)]);
  let hold: Hold | undefined;
  return {
    event(event) {
      write(event.at, verbose ? everything(event) : calm.lines(event, Date.now()));
      // What is under way its own lines tell.
      if (calm.isUnderWay()) hold ??= terminal.console.hold();
      else hold = void hold?.release();
    },
    close() {
      clearInterval(timer);
      hold?.release();
    },
  };
}
