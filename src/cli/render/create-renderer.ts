import type { OutputFormat } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { jsonRenderer } from './json.ts';
import { plainRenderer } from './plain.ts';
import type { Renderer } from './renderer.ts';

/** The renderer for what was asked for, or for what this terminal is. */
export async function createRenderer(
  format: OutputFormat | undefined,
  terminal: Terminal,
  verbose: boolean,
): Promise<Renderer> {
  switch (format ?? (terminal.interactive && terminal.redraws !== false ? 'pretty' : 'plain')) {
    case 'json':
      return jsonRenderer(terminal);
    case 'plain':
      return plainRenderer(terminal, verbose);
    case 'pretty':
      // Only where there is a terminal to draw on.
      return (await import('./pretty.ts')).prettyRenderer(terminal, verbose);
  }
}
