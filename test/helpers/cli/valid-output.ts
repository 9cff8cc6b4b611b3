import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { outputSchema } from '../../../scripts/output-schemas.ts';
import { asksForJson } from '../../../src/cli/json/asks-for-json.ts';
import { OUTPUTS_OF_COMMANDS, type OutputName } from '../../../src/cli/json/outputs.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
const compiled = new Map<OutputName, ValidateFunction>();

/**
 * Holds what a command line printed against the published schemas of its command, and refuses members that these do not know. Looks at
 * nothing where no JSON was asked for. A last line that was cut off by a kill is left out.
 *
 * @throws Error for a line that none of them allows
 */
export function requireValidOutput(args: readonly string[], stdout: string): void {
  const names = asksForJson(args) ? outputsOf(args) : undefined;
  if (!names) return;
  for (const line of stdout.split('\n').slice(0, -1)) {
    const found = [...names, 'error' as const].map((name) => problemOf(name, line));
    if (found.includes(undefined)) continue;
    const { type } = JSON.parse(line) as { readonly type?: unknown };
    const nearest = found.find((_, index) => [...names, 'error'][index] === type) ?? found[0];
    throw new Error(`${args.join(' ')} printed what no schema of it allows: ${nearest}\n${line.slice(0, 2000)}`);
  }
}

/** Undefined: what it prints is in no such form. */
function outputsOf([first = '', second = '']: readonly string[]): readonly OutputName[] | undefined {
  if (first === '' || first.startsWith('-')) return OUTPUTS_OF_COMMANDS.deploy;
  const name = first === 'down' ? 'destroy' : first;
  return OUTPUTS_OF_COMMANDS[`${name} ${second}`] ?? OUTPUTS_OF_COMMANDS[name];
}

/** What the schema has against the line. */
function problemOf(name: OutputName, line: string): string | undefined {
  const validate = compiled.get(name) ?? ajv.compile(outputSchema(name, { isClosed: true }));
  compiled.set(name, validate);
  const value: unknown = JSON.parse(line);
  return validate(value) ? undefined : `${name}: ${ajv.errorsText(validate.errors).slice(0, 1500)}`;
}
