import { CONFIGURATION_ERRORS } from './error-codes/configuration.ts';
import type { ErrorDescription } from './error-codes/description.ts';
import { HOST_ERRORS } from './error-codes/host.ts';
import { REMOTE_ERRORS } from './error-codes/remote.ts';
import { RESOURCE_ERRORS } from './error-codes/resources.ts';
import { RUN_ERRORS } from './error-codes/run.ts';
import { SOURCE_ERRORS } from './error-codes/source.ts';
import { STATE_ERRORS } from './error-codes/state.ts';

/** Every code of ours that a user can see. `npm run errors` writes docs/errors.md from it. */
const ALL = {
  ...CONFIGURATION_ERRORS,
  ...SOURCE_ERRORS,
  ...STATE_ERRORS,
  ...RUN_ERRORS,
  ...RESOURCE_ERRORS,
  ...REMOTE_ERRORS,
  ...HOST_ERRORS,
};

export type ErrorCode = keyof typeof ALL;
export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorDescription>> = ALL;

/** Whether a code that came from elsewhere, e.g. an app of another version, is documented here. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
