import type { EnvironmentState } from '../domain/state.ts';

export interface ParsedState {
  readonly state: EnvironmentState;
  /** What was migrated, and what was dropped. */
  readonly warnings: readonly string[];
}
