import { z } from 'zod';
import { OUTPUTS, OUTPUTS_OF_COMMANDS, type OutputName } from '../src/cli/json/outputs.ts';
import type { JsonObject } from '../src/shared/json.ts';

/** Raised, with a folder of its own, when a member goes or changes its meaning. */
const VERSION = 'v1';
export const OUTPUT_SCHEMAS = `schemas/output/${VERSION}`;

/**
 * The JSON Schema of one kind of line.
 * @param isClosed refuses members that it does not know. What is published allows them, since later versions add some; tests do not.
 */
export function outputSchema(name: OutputName, { isClosed }: { readonly isClosed: boolean }): JsonObject {
  const { about, schema } = OUTPUTS[name];
  const json = z.toJSONSchema(schema, {
    io: 'output',
    override: ({ jsonSchema: one }) => {
      if (!isClosed && one.additionalProperties === false) delete one.additionalProperties;
    },
  }) as unknown as JsonObject;
  return { ...json, title: name, description: about };
}

/** The files of schemas/output, by their paths from the root of the project. */
export function outputSchemaFiles(): ReadonlyMap<string, string> {
  const names = Object.keys(OUTPUTS) as OutputName[];
  return new Map(
    names.map((name) => [
      `${OUTPUT_SCHEMAS}/${name}.schema.json`,
      `${JSON.stringify(outputSchema(name, { isClosed: false }), null, 2)}\n`,
    ]),
  );
}

/** docs/output.md. */
export function outputPage(): string {
  const link = (name: string): string => `[\`${name}\`](../${OUTPUT_SCHEMAS}/${name}.schema.json)`;
  const commands = Object.entries(OUTPUTS_OF_COMMANDS).map(
    ([command, names]) => `| \`${command}\` | ${names.map(link).join(', ')} |`,
  );
  const lines = Object.entries(OUTPUTS).map(([name, { about }]) => `| ${link(name)} | ${about} |`);
  return `${[
    '# Output for machines',
    '',
    'Made by `npm run outputs` from src/cli/json/outputs.ts; a test compares.',
    '',
    'With `--output json` a command writes to standard output lines of JSON, each of a form that is published as JSON Schema, and nothing',
    'else; standard error stays for people: what takes long is told there after 10 seconds of silence, and what ends sooner says nothing. `init` and `import`, whose `--output` is a file, have `--json`. Whatever fails ends with a line',
    `${link('error')}, also a command line that cannot be understood; a run that fails has told so in its own events. The events of a run`,
    'are those that `GET /api/deployments/{runId}/events` answers, field for field. `completion` prints a script, and the exit codes are',
    'those of the [README](../README.md#commands).',
    '',
    `Within a version (\`${VERSION}\`) members may be added, and none goes or changes its meaning: pass over what you do not know.`,
    '',
    '| Command | Lines |',
    '|---|---|',
    ...commands,
    '',
    '| Line | What it tells |',
    '|---|---|',
    ...lines,
  ].join('\n')}\n`;
}
