import type { PlannedResource } from '../../domain/plan-schema.ts';
import type { JsonObject } from '../../shared/json.ts';

/** What templates make, one by one, as far as Azure tells it beforehand. */
export interface TemplatePlan {
  readonly lines: readonly PlannedResource[];
  /** By keys of lines: as it is, and as it will be. */
  readonly bodies: ReadonlyMap<string, { readonly now?: JsonObject; readonly after?: JsonObject }>;
  /** By keys of templates that are sent: why, for people, also where they say what they said before. */
  readonly again: ReadonlyMap<string, string>;
  /** What could not be told, and why, one sentence each. */
  readonly unseen: readonly string[];
}
