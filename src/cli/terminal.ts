import { once } from '../shared/once.ts';
import { isReadByRunner, shownText } from '../shared/shown-text.ts';
import type { Console } from './console/owner.ts';
import { processTicks, type Ticks } from './console/ticks.ts';

/** Takes text, and shows what would be obeyed in it: much of what is written comes from containers, builds and Azure. */
interface Writer {
  write(text: string): unknown;
}

/** Where the program writes and reads. Passed along instead of `process`, so that what a person sees can be tested. */
export interface Streams {
  readonly stdout: Writer;
  readonly stderr: Writer;
  readonly stdin: NodeJS.ReadableStream;
  /** For what draws, or asks: whoever writes here has text of others shown by `shownText`. */
  readonly screen: NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };
  /** A person sits in front of it: questions may be asked, lines may be redrawn. */
  readonly interactive: boolean;
  /** Lines that were written can be written over. */
  readonly redraws?: boolean;
  /** Aborted when whoever read standard output is gone; absent: that is never known. */
  readonly closed?: AbortSignal;
  /**
   * Resolves when whoever reads standard output has taken what was written to it, or is gone; absent: it is taken at once. What is written
   * without waiting for that is kept in memory: pipes are written asynchronously (https://nodejs.org/api/process.html#a-note-on-process-io
   * says otherwise of Linux, and a pipe that nobody reads shows that it is so).
   */
  flushed?(): Promise<void>;
  /** By which it is told what is waited for; absent: that is not told. */
  readonly ticks?: Ticks;
}

/** Where a command writes and asks. */
export interface Terminal extends Streams {
  /** The owner of the screen. */
  readonly console: Console;
}

/** What text is wrapped to: the window's width, and nothing where nobody sits in front of it. */
export function widthOf({ interactive, screen }: Streams): number {
  // A window that does not know its width says 0.
  return interactive ? screen.columns || DEFAULT_WIDTH : Number.POSITIVE_INFINITY;
}

const DEFAULT_WIDTH = 80;

/** For what has no other end than that nobody reads it any more: whoever aborts it stops it, too. */
export function stopWithReader({ closed }: Streams): AbortController {
  const stop = new AbortController();
  if (closed?.aborted) stop.abort();
  closed?.addEventListener('abort', () => stop.abort(), { once: true });
  return stop;
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** Of the variables by which services for continuous integration make themselves known. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}

/** For what only prints: a stream is made when something is written to it, since Node takes a millisecond or two for each that is a pipe. */
export function processWriters(): Pick<Streams, 'stdout' | 'stderr'> {
  const hasCommands = isReadByRunner(process.env);
  const writer = (open: () => NodeJS.WritableStream): Writer => {
    // Whoever read along is gone, which is no error: a command asks `closed` what to do then.
    const opened = once(() => open().on('error', ignoreClosed));
    return { write: (text) => opened().write(shownText(text, { hasCommands })) };
  };
  return { stdout: writer(() => process.stdout), stderr: writer(() => process.stderr) };
}

export function processTerminal(): Streams {
  const { stdin, stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosed);
  const closed = new AbortController();
  stdout.on('error', () => closed.abort());
  return {
    ...processWriters(),
    stdin,
    screen: stdout,
    interactive: Boolean(stdin.isTTY && stdout.isTTY),
    closed: closed.signal,
    ticks: processTicks,
    // An error comes to its listener above.
    flushed: () => new Promise((resolve) => stdout.write('', () => resolve())),
    redraws: Boolean(stdout.isTTY) && env.TERM !== 'dumb' && !isSet(env.CI),
  };
}
