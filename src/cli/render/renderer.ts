import type { RunEvent } from '../../domain/events.ts';
import type { OutputFormat } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { jsonRenderer } from './json.ts';
import { plainRenderer } from './plain.ts';
import { prettyRenderer } from './pretty.ts';

/** Shows a run's events to whoever watches. */
export interface Renderer {
  event(event: RunEvent): void;
  /** Gives the screen back for a question; the next event takes it again. */
  pause(): void;
  close(): void;
}

export function createRenderer(format: OutputFormat | undefined, terminal: Terminal, verbose: boolean): Renderer {
  switch (format ?? (terminal.interactive ? 'pretty' : 'plain')) {
    case 'json':
      return jsonRenderer(terminal);
    case 'plain':
      return plainRenderer(terminal, verbose);
    case 'pretty':
      return prettyRenderer(terminal, verbose);
  }
}
