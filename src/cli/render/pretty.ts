import ansis from 'ansis';
import { createLogUpdate } from 'log-update';
import type { RunEvent } from '../../domain/events.ts';
import { plainText } from '../../text/plain-text.ts';
import { planText } from '../../text/plan-text.ts';
import { planSummary } from '../../text/words.ts';
import type { Hold } from '../console/owner.ts';
import { type Terminal, widthOf } from '../terminal.ts';
import { applyEvent, createBoard, type RowStatus } from './board.ts';
import { frameOf } from './frame.ts';
import type { Renderer } from './renderer.ts';

const REDRAW_EVERY_MS = 200;

const PAINT: Readonly<Record<RowStatus, (text: string) => string>> = {
  waiting: ansis.dim,
  running: ansis.cyan,
  done: ansis.green,
  unchanged: ansis.dim,
  failed: ansis.red,
};

function painted(text: string, status: RowStatus | undefined): string {
  return status === undefined ? text : PAINT[status](text);
}

/** A live list of all steps below the lines that stay. */
export function prettyRenderer(terminal: Terminal, verbose: boolean): Renderer {
  const board = createBoard();
  const live = createLogUpdate(terminal.screen);
  const timer = setInterval(draw, REDRAW_EVERY_MS);
  let hold: Hold | undefined;

  function draw(): void {
    if (!hold?.hasScreen()) return;
    const lines = frameOf(board, terminal.screen, Date.now());
    live(lines.map(({ text, status }) => painted(text, status)).join('\n'));
  }

  /** What is written while it is drawn stands above it. */
  function begin(): void {
    hold ??= terminal.console.hold({ leave: () => live.clear(), comeBack: draw });
  }

  /** What was drawn last stays. */
  function end(): void {
    if (hold?.hasScreen()) live.done();
    hold = void hold?.release();
  }

  /** There is nothing to be seen of what is under way. */
  function vanish(): void {
    if (hold?.hasScreen()) live.clear();
    hold = void hold?.release();
  }

  return {
    event(event) {
      // After an approval the plan is made once more; told again it would only be noise.
      const isRepeated = event.type === 'plan' && board.plan?.digest === event.plan.digest;
      applyEvent(board, event);
      if (event.type === 'step_started' || event.type === 'run_started') begin();
      // Until it is approved nothing is under way, and a plan is read with its question right below it.
      if (event.type === 'plan') vanish();
      const lasting = isRepeated ? null : lastingText(event, verbose, widthOf(terminal));
      draw();
      if (event.type === 'run_completed') end();
      if (lasting !== null) terminal.stdout.write(`${lasting}\n`);
    },
    close() {
      clearInterval(timer);
      end();
    },
  };
}

/** What stays on the screen above the rows; null for nothing. */
function lastingText(event: RunEvent, verbose: boolean, columns: number): string | null {
  switch (event.type) {
    case 'plan':
      return verbose
        ? planText(event.plan, columns)
        : `${event.plan.warnings.map((w) => `⚠ ${w}\n`).join('')}${planSummary(event.plan)}`;
    // The question for it is asked elsewhere, and rows show the rest.
    case 'approval_requested':
    case 'step_started':
    case 'step_progress':
    case 'step_completed':
    case 'step_skipped':
      return null;
    case 'run_started':
    case 'run_queued':
    case 'approval_decided':
    case 'cancel_requested':
    case 'step_failed':
    case 'drift_checked':
    case 'dump_completed':
    case 'removal_started':
    case 'removal_completed':
    case 'removal_failed':
    case 'run_completed':
      return plainText(event);
    case 'log':
      return verbose || event.level === 'warning' || event.level === 'error' ? plainText(event) : null;
  }
}
