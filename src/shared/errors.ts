import { ERROR_CODES, type ErrorCode, isErrorCode } from './error-codes.ts';
import type { ExitCode } from './exit-code.ts';

export { ExitCode } from './exit-code.ts';

/** A stop that the user can act on. Everything that is not a UserError is a bug and shows its stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Its row in docs/errors.md. */
  readonly code: ErrorCode;
  /** The code as it came from Azure or from an app of another version, when that is not one of ours. */
  readonly foreignCode: string | undefined;
  readonly exitCode: ExitCode;
  /** What to do next; one sentence. */
  readonly hint: string | undefined;

  constructor(
    message: string,
    options: {
      code: ErrorCode;
      foreignCode?: string | undefined;
      /** Only where the code alone does not decide. */
      exitCode?: ExitCode;
      hint?: string | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.foreignCode = options.foreignCode;
    this.exitCode = options.exitCode ?? ERROR_CODES[options.code].exitCode;
    this.hint = options.hint;
  }

  /** The code that users see: the most specific one. */
  get shownCode(): string {
    return this.foreignCode ?? this.code;
  }
}

/**
 * A code that came from Azure or another app, as options of a UserError.
 * @param fallback the documented code for one that is not documented
 */
export function receivedCode(
  code: string,
  fallback: ErrorCode,
): { readonly code: ErrorCode; readonly foreignCode?: string } {
  return isErrorCode(code) ? { code } : { code: fallback, foreignCode: code };
}
