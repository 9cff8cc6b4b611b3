import { ERROR_CODES, isErrorCode } from '../../shared/error-codes.ts';
import { ExitCode } from '../../shared/errors.ts';
import type { Problem } from './problem.ts';

const REQUEST_IS_WRONG = [400, 404, 413, 415, 422];

/** With what a command ends that is refused so: what its code says; of a code that this version does not know, what the status says. */
export function exitCodeOf({ status, lock, code }: Pick<Problem, 'status' | 'lock' | 'code'>): ExitCode {
  if (status === 409 && lock) return ExitCode.locked;
  if (isErrorCode(code)) return ERROR_CODES[code].exitCode;
  return REQUEST_IS_WRONG.includes(status) ? ExitCode.usage : ExitCode.failed;
}
