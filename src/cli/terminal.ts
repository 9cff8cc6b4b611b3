/** Where a command writes and asks. Passed along instead of `process`, so that what a person sees can be tested. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream & { readonly columns?: number };
  readonly stderr: NodeJS.WritableStream;
  readonly stdin: NodeJS.ReadableStream;
  /** A person sits in front of it: questions may be asked, lines may be redrawn. */
  readonly interactive: boolean;
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  return { stdin, stdout, stderr, interactive: Boolean(stdin.isTTY && stdout.isTTY) };
}
