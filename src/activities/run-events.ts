import type { RunEvent } from '../domain/events.ts';
import type { Services } from './services.ts';

/** An event without what every event has in common. */
type EventBody = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'id' | 'runId' | 'environment' | 'at'>
    : never
  : never;

/** Collects the events of one activity call and stores them at its end, so that a call is one append. */
export interface EventRecorder {
  /** @param name makes the id instead of a running number, for events that happen once: `completed`. */
  add(body: EventBody, name?: string): void;
  /** @returns what was stored */
  flush(): Promise<readonly RunEvent[]>;
}

/**
 * @param scope what makes the ids of this call unique and repeatable: `create_databases/3`. A call that is delivered
 *   twice gives the same ids, which the store recognises.
 */
export function createEventRecorder(
  services: Services,
  run: { readonly environment: string; readonly runId: string },
  scope: string,
): EventRecorder {
  let pending: RunEvent[] = [];
  let count = 0;
  return {
    add(body, name) {
      if (name === undefined) count += 1;
      const event = {
        id: `${scope}/${name ?? count}`,
        at: services.clock.now().toISOString(),
        environment: run.environment,
        runId: run.runId,
        ...body,
      } as RunEvent;
      pending.push(maskEvent(event, services));
    },
    async flush() {
      const events = pending;
      pending = [];
      if (events.length === 0) return events;
      await services.stores(run.environment).runs.appendEvents(run.runId, events);
      for (const event of events) services.observe(event);
      return events;
    },
  };
}

/** Every text of an event passes the masker, whoever wrote it. */
function maskEvent(event: RunEvent, services: Services): RunEvent {
  const mask = (value: unknown): unknown => {
    if (typeof value === 'string') return services.mask(value);
    if (Array.isArray(value)) return value.map(mask);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mask(member)]));
  };
  return mask(event) as RunEvent;
}
