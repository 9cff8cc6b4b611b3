import type { ExitCode } from '../exit-code.ts';

/** What is documented of one error code. */
export interface ErrorDescription {
  /** One line: what is the matter. */
  readonly meaning: string;
  /** One line: what a person does next. An error's own hint may be more exact. */
  readonly next: string;
  /** Of a command that ends with it. A run that fails with it ends with 1. */
  readonly exitCode: ExitCode;
  /** Of the HTTP interface, where the code alone decides; 400 where there is none. */
  readonly status?: number;
}
