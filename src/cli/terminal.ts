import { isReadByRunner, shownText } from '../shared/shown-text.ts';

/** Takes text, and shows what would be obeyed in it: much of what is written comes from containers, builds and Azure. */
interface Writer {
  write(text: string): unknown;
}

/** Where a command writes and asks. Passed along instead of `process`, so that what a person sees can be tested. */
export interface Terminal {
  readonly stdout: Writer;
  readonly stderr: Writer;
  readonly stdin: NodeJS.ReadableStream;
  /** For what draws, or asks: whoever writes here has text of others shown by `shownText`. */
  readonly screen: NodeJS.WritableStream & { readonly columns?: number };
  /** A person sits in front of it: questions may be asked, lines may be redrawn. */
  readonly interactive: boolean;
}

/** What text is wrapped to: the window's width, and nothing where nobody sits in front of it. */
export function widthOf({ interactive, screen }: Terminal): number {
  return interactive ? (screen.columns ?? DEFAULT_WIDTH) : Number.POSITIVE_INFINITY;
}

const DEFAULT_WIDTH = 80;

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const hasCommands = isReadByRunner(process.env);
  const writer = (stream: NodeJS.WritableStream): Writer => ({
    write: (text) => stream.write(shownText(text, { hasCommands })),
  });
  return {
    stdin,
    stdout: writer(stdout),
    stderr: writer(stderr),
    screen: stdout,
    interactive: Boolean(stdin.isTTY && stdout.isTTY),
  };
}
