import type { RunEvent } from '../../domain/events.ts';

/** Shows a run's events to whoever watches. */
export interface Renderer {
  event(event: RunEvent): void;
  close(): void;
}
