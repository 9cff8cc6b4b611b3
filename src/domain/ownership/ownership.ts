import type { JsonObject } from '../../shared/json.ts';

/** What is remembered of a resource besides that it is there; no secret value. */
export interface Ownership {
  /** What we last applied, as far as it is ours. Undefined: there is no record. */
  readonly applied?: JsonObject | undefined;
  /**
   * Displayed paths of fields that somebody else fixed at creation and that were taken over so, and of those of somebody else's
   * that we made safe.
   */
  readonly accepted: readonly string[];
  /** Displayed path → hash of what Azure answered right after we wrote it, where that was something else. */
  readonly respelled?: Readonly<Record<string, string>> | undefined;
}
