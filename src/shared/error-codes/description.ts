import type { ExitCode } from '../exit-code.ts';

/** What is documented of one error code. */
export type ErrorDescription = {
  /** One line: what is the matter. */
  readonly meaning: string;
  /** One line: what a person does next. An error's own hint may be more exact. */
  readonly next: string;
  /** Of the HTTP interface, where the code alone decides; 400 where there is none. */
  readonly status?: number;
} & (Usage | Other);

/** What was asked cannot be understood, contradicts itself, or names what there is none of. What stands in its way is none of it. */
interface Usage {
  readonly exitCode: typeof ExitCode.usage;
  /** Where the mistake is: in the words of a command, in an HTTP request, in a file, in a variable of the process or of the app. */
  readonly wrong: 'command' | 'request' | 'configuration' | 'setting';
}

interface Other {
  /** Of a command that ends with it. A run that fails with it ends with 1. */
  readonly exitCode: Exclude<ExitCode, typeof ExitCode.usage>;
}
