import { configJsonSchema } from '../../domain/config/json-schema.ts';
import { ExitCode } from '../../shared/errors.ts';
import type { Terminal } from '../terminal.ts';

/** Prints the JSON Schema of the configuration file, as config.schema.json has it. */
export async function configSchema(terminal: Terminal): Promise<ExitCode> {
  terminal.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return ExitCode.ok;
}
