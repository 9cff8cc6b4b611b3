import type { RunEvent } from '../domain/events.ts';
import type { RunInput } from '../domain/function-names.ts';
import type { RunRequest } from '../domain/run.ts';

/** What a run's spans are made of: what was recorded of it, whichever process recorded it. */
export interface RecordedRun {
  readonly request: Pick<RunRequest, 'runId' | 'environment' | 'requestedAt' | 'options' | 'trigger' | 'traceparent'>;
  /** All of them, with that of its end. */
  readonly events: readonly RunEvent[];
  /** When another run took its place: then it has no end. ISO 8601. */
  readonly abandonedAt?: string;
}

/** Traces and metrics of runs. Whatever becomes of them, it is nothing to the run: no method rejects but with the activity's own error. */
export interface Telemetry {
  /**
   * Performs an activity as a span of its run, with each request to Azure that it sends as a span below it.
   *
   * @param requestOf what was asked for, read once for each run
   */
  activity<Input extends RunInput, Answer>(
    name: string,
    input: Input,
    requestOf: () => Promise<Pick<RunRequest, 'traceparent'> | undefined>,
    perform: () => Promise<Answer>,
  ): Promise<Answer>;
  /**
   * Sends the spans of a run that has ended, of its steps and of its deletions, and counts it. Resolves when they were taken, or lost;
   * at the latest after `END_LIMIT_IN_MS`.
   */
  runEnded(run: RecordedRun): Promise<void>;
  /** Sends what is left, and ends at the latest after `END_LIMIT_IN_MS`. */
  end(): Promise<void>;
}

/** How long the end of a run, and that of the process, may wait for a collector. */
export const END_LIMIT_IN_MS = 2000;
