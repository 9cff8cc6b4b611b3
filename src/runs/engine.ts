import type { RunInput } from '../domain/function-names.ts';
import type { Approval } from '../domain/run.ts';

/** The durable engine, as far as starting and watching runs needs it. */
export interface Engine {
  start(run: RunInput): Promise<void>;
  /** False when the orchestration has ended, or when the engine does not know it. */
  isAlive(runId: string): Promise<boolean>;
  /** Hands a decision to a run that waits for one; a run that has ended ignores it. */
  decide(runId: string, decision: Approval): Promise<void>;
}

/** An engine that keeps the histories of what has ended. */
export interface HistoryEngine extends Engine {
  /** Forgets orchestrations that ended before this time. */
  purge(endedBefore: Date): Promise<void>;
}

/** An engine that only this process drives: what it had under way before is nobody's, and one run takes the place of another. */
export interface ExclusiveEngine extends Engine {
  /** Orchestrations that have not ended. */
  unfinished(): readonly string[];
  terminate(runId: string, reason: string): Promise<void>;
  /** Whether the run is over, and its orchestration goes on only to tell somebody of that: it is in nobody's way. */
  isOnlyTelling(runId: string): Promise<boolean>;
}
