import type { RunEvent } from '../domain/events.ts';
import { hashJson } from '../shared/json.ts';
import type { Services } from './services.ts';

/** An event without what every event has in common. */
type EventBody = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'id' | 'runId' | 'environment' | 'at'>
    : never
  : never;

/** Collects the events of one activity call and stores them together, so that a call is one append. */
export interface EventRecorder {
  /** @param name makes the id, for events that happen once: `completed`. The others are known by what they say. */
  add(body: EventBody, name?: string): void;
  /** @returns what was stored */
  flush(): Promise<readonly RunEvent[]>;
}

/**
 * @param scope what makes the ids of this call unique and repeatable: `<step>/3`. A call that is delivered
 *   twice gives the same ids, which the store recognises. A delivery that goes on where a killed one stopped says other
 *   things, so a running number would not do.
 */
export function createEventRecorder(
  services: Services,
  run: { readonly environment: string; readonly runId: string },
  scope: string,
): EventRecorder {
  let pending: RunEvent[] = [];
  const said = new Map<string, number>();
  /** The same words again in one call are another event. */
  const numbered = (body: EventBody): string => {
    const words = hashJson(JSON.parse(JSON.stringify(body))).slice(0, 12);
    const times = (said.get(words) ?? 0) + 1;
    said.set(words, times);
    return times === 1 ? words : `${words}-${times}`;
  };
  return {
    add(body, name) {
      // Masked first: not even a hash of a secret may be in an id.
      const masked = maskEvent(body, services);
      pending.push({
        id: `${scope}/${name ?? numbered(masked)}`,
        at: services.clock.now().toISOString(),
        environment: run.environment,
        runId: run.runId,
        ...masked,
      } as RunEvent);
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
function maskEvent(event: EventBody, services: Services): EventBody {
  const mask = (value: unknown): unknown => {
    if (typeof value === 'string') return services.mask(value);
    if (Array.isArray(value)) return value.map(mask);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mask(member)]));
  };
  return mask(event) as EventBody;
}
