import { shownText } from '../../shared/shown-text.ts';
import { fitting } from '../../text/fitting.ts';
import { aboutDuration } from '../../text/words.ts';
import { type Board, type Row, STATUS_TEXT } from './board.ts';

/** Of a window; 0 and absent is what one that is no terminal says of itself. */
export interface Size {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

export interface FrameLine {
  readonly text: string;
  /** Of a step: how it is painted. */
  readonly status?: Row['status'];
}

const USUAL = { columns: 80, rows: 24 };
const NAME_WIDTH = 34;
/** In a narrower window a step is told by its name and its time alone. */
const NARROW = 64;
/** Of what is under way at least these are shown, the slowest first. */
const SLOWEST = 3;

/**
 * The picture of a run in a window of that size, never wider or higher: how long it takes, then a line for each step; where not all of
 * them fit, the slowest that are under way come first.
 *
 * @param now in milliseconds, of the clock that the events have
 */
export function frameOf(board: Board, size: Size, now: number): readonly FrameLine[] {
  const columns = size.columns || USUAL.columns;
  // A last line that is written to its end makes some terminals scroll.
  const room = Math.max((size.rows || USUAL.rows) - 1, 1);
  const rows = board.plan === undefined ? [] : board.rows.filter(({ planned }) => planned !== 'skip');
  const lines = [
    { text: headline(board, now) },
    ...chosen(rows, room - 1, now).map((row) => rowLine(row, now, columns < NARROW)),
  ];
  return lines.slice(0, room).map((line) => ({ ...line, text: fitting(shownText(line.text), columns) }));
}

function chosen(rows: readonly Row[], room: number, now: number): readonly Row[] {
  if (rows.length <= room) return rows;
  const running = rows.filter(({ status }) => status === 'running');
  const slowest = running.toSorted((one, other) => elapsedOf(other, now) - elapsedOf(one, now)).slice(0, SLOWEST);
  const others = [
    ...rows.filter(({ status }) => status === 'failed'),
    ...running.filter((row) => !slowest.includes(row)),
    ...rows.filter(({ status }) => status === 'waiting'),
    ...rows.filter(({ status }) => status === 'done' || status === 'unchanged'),
  ];
  return [...slowest, ...others].slice(0, Math.max(room, 0));
}

/** `6:10 of about 15 min, 5 of 14 steps done`; what comes first is what is left of it in a narrow window. */
function headline({ plan, rows, startedAt }: Board, now: number): string {
  const elapsed = clockText(startedAt === undefined ? 0 : now - startedAt);
  if (plan === undefined) return `${elapsed} looking at what is there`;
  const wanted = rows.filter(({ planned }) => planned !== 'skip');
  const ended = wanted.filter(({ status }) => status !== 'waiting' && status !== 'running').length;
  const expected = plan.criticalPath.reduce((sum, { estimatedSeconds }) => sum + estimatedSeconds, 0);
  const of = expected > 0 ? ` of ${aboutDuration(expected)}` : '';
  const legend = wanted.some(({ isCritical }) => isCritical) ? '; * decides how long it takes' : '';
  return `${elapsed}${of}, ${ended} of ${wanted.length} steps done${legend}`;
}

function rowLine(row: Row, now: number, isNarrow: boolean): FrameLine {
  const { icon, word } = STATUS_TEXT[row.status];
  if (isNarrow) {
    const short = `${icon} ${row.isCritical ? '*' : ''}${row.step} ${timeText(row, word, now)}`;
    return { status: row.status, text: short };
  }
  const name = `${row.isCritical ? '*' : ' '}${row.step}`.padEnd(NAME_WIDTH);
  const told = row.status === 'running' && row.note !== '' ? row.note : row.reason;
  const text = `${icon} ${String(row.number).padStart(2)} ${name}${timeText(row, word, now).padEnd(22)} ${told}`;
  return { status: row.status, text };
}

/** `6:10 of about 8 min` of what is under way, else how it is. */
function timeText(row: Row, word: string, now: number): string {
  if (row.status === 'running') return `${clockText(elapsedOf(row, now))} of ${aboutDuration(row.expectedSeconds)}`;
  if (row.durationInMs !== undefined) return `${word} in ${clockText(row.durationInMs)}`;
  return word;
}

function elapsedOf({ startedAt }: Row, now: number): number {
  return startedAt === undefined ? 0 : Math.max(now - startedAt, 0);
}

/** `0:07`, `6:10`, `1:02:09`. */
function clockText(milliseconds: number): string {
  const seconds = Math.floor(Math.max(milliseconds, 0) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}
