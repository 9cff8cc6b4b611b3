import type { Terminal } from '../terminal.ts';
import type { Output, OutputName } from './outputs.ts';

/** One line of `--output json`. The compiler holds it against the table of what there is. */
export function writeOutput<Name extends OutputName>(
  { stdout }: Pick<Terminal, 'stdout'>,
  _name: Name,
  value: Output<Name>,
): void {
  stdout.write(`${JSON.stringify(value)}\n`);
}
