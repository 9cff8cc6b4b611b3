import { writeOutput } from '../json/write-output.ts';
import type { Terminal } from '../terminal.ts';
import type { Renderer } from './renderer.ts';

/** The events as NDJSON, and nothing else, on standard output. */
export function jsonRenderer(terminal: Terminal): Renderer {
  return {
    event: (event) => writeOutput(terminal, 'event', event),
    close: () => undefined,
  };
}
