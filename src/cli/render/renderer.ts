import type { RunEvent } from '../../domain/events.ts';
import type { OutputFormat } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { jsonRenderer } from './json.ts';
import { plainRenderer } from './plain.ts';

/** Shows a run's events to whoever watches. */
export interface Renderer {
  event(event: RunEvent): void;
  /** Gives the screen back for a question; the next event takes it again. */
  pause(): void;
  close(): void;
}

export async function createRenderer(
  format: OutputFormat | undefined,
  terminal: Terminal,
  verbose: boolean,
): Promise<Renderer> {
  switch (format ?? (terminal.interactive ? 'pretty' : 'plain')) {
    case 'json':
      return jsonRenderer(terminal);
    case 'plain':
      return plainRenderer(terminal, verbose);
    case 'pretty':
      // Only where there is a terminal to draw on.
      return (await import('./pretty.ts')).prettyRenderer(terminal, verbose);
  }
}
