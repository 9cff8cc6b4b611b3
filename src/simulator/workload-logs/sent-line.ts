import type { LogLine } from '../container-apps/logs/log-line.ts';

/** A line with where it was sent when it was written: that does not change any more. */
export interface SentLine extends LogLine {
  readonly environmentId: string;
  /** `family:workspace`. */
  readonly to: readonly string[];
}

/** What was written and must not be forgotten: the rest follows from what there is. */
export interface KeptLog {
  readonly lines: readonly SentLine[];
  /** What is found later has happened later; ISO 8601. */
  readonly until: string;
}
