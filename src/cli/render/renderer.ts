import type { RunEvent } from '../../domain/events.ts';

/** Shows a run's events to whoever watches. */
export interface Renderer {
  event(event: RunEvent): void;
  /** Gives the screen back for a question; the next event takes it again. */
  pause(): void;
  close(): void;
}
