import { Document, isCollection, isMap, isNode } from 'yaml';
import { configJsonSchema } from '../../domain/config/json-schema.ts';
import { type ResolvedValue, resolvedValues } from '../../domain/config/resolved/resolved-values.ts';
import { ExitCode } from '../../shared/errors.ts';
import { isJsonObject, type Json } from '../../shared/json.ts';
import type { Output } from '../json/outputs.ts';
import { writeOutput } from '../json/write-output.ts';
import { explainConfig } from '../load-config.ts';
import { type CommonOptions, refuseRemote } from '../options.ts';
import { inFile, originText } from '../render/origin-text.ts';
import type { Terminal } from '../terminal.ts';

/** Prints the configuration as the environment gets it, and where each value comes from. */
export async function configCommand(terminal: Terminal, options: CommonOptions): Promise<ExitCode> {
  refuseRemote(options, 'config');
  const { config: path, environment, output } = options;
  const { file, source } = await explainConfig(options);
  for (const { path: at, message } of file.warnings) terminal.stderr.write(`${at}: ${message}\n`);
  const values = resolvedValues({ file, source }).map((one) => inFile(one, path));
  if (output === 'json') writeOutput(terminal, 'config', { type: 'config', environment, values });
  else terminal.stdout.write(asYaml(values));
  return ExitCode.ok;
}

function asYaml(values: readonly ResolvedValue[]): string {
  const document = new Document({});
  for (const { path, value } of values) document.setIn(path, document.createNode(value));
  for (const one of values) {
    const node: unknown = document.getIn(one.path, true);
    // A section that is no more than asked for shows its defaults instead.
    const isFilled = isMap(node) && node.items.length > 0 && isEmpty(one.value);
    if (!isNode(node) || isFilled) continue;
    if (isCollection(node)) node.flow = true;
    node.comment = ` ${originText(one)}`;
  }
  return document.toString({ lineWidth: 0 });
}

function isEmpty(value: Json): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** Prints the JSON Schema of the configuration file, as config.schema.json has it. */
export async function configSchema(terminal: Terminal, { output }: Pick<CommonOptions, 'output'>): Promise<ExitCode> {
  const schema = configJsonSchema();
  if (output === 'json') writeOutput(terminal, 'json_schema', schema as Output<'json_schema'>);
  else terminal.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
  return ExitCode.ok;
}
