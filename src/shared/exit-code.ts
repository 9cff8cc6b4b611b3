/** Process exit codes of the command line (documented in README). */
export const ExitCode = {
  ok: 0,
  failed: 1,
  changes: 2,
  rejected: 3,
  cancelled: 4,
  usage: 64,
  locked: 75,
  interrupted: 130,
  /** As a shell tells of a program that SIGPIPE ended: 128 and the signal's number. */
  unread: 141,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
