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
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A stop that the user can act on. Everything that is not a UserError is a bug and shows its stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Stable identifier, e.g. `config_invalid`. */
  readonly code: string;
  readonly exitCode: ExitCode;
  /** What to do next; one sentence. */
  readonly hint: string | undefined;

  constructor(
    message: string,
    options: { code: string; exitCode?: ExitCode; hint?: string | undefined; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.exitCode = options.exitCode ?? ExitCode.usage;
    this.hint = options.hint;
  }
}
