import { InvalidConfig } from '../../domain/config/invalid-config.ts';
import type { ConfigProblem, DeploymentConfig, ParsedConfig } from '../../domain/config/model.ts';
import type { ParseOptions } from '../../domain/config/parse.ts';
import { secretVariable } from '../secret-variable.ts';
import { parseBounded } from './parse-bounded.ts';
import type { ParseAnswer } from './parse-task.ts';

interface UploadServices {
  /** The value of a secret that a configuration names as `env:NAME`; undefined when it is not set. */
  secret(name: string): string | undefined;
  /** The values of variables that a configuration may fill in; only settings made for that are among them. */
  variables(): Readonly<Record<string, string>>;
  readonly limits: {
    /** How long a configuration may take to be parsed. */
    readonly parseInSeconds: number;
  };
}

export interface UploadOptions extends Omit<ParseOptions, 'variables'> {
  /** Variables that came with it. */
  readonly given?: Readonly<Record<string, string>>;
}

/**
 * Reads a configuration that came from outside this process. Stricter than on the command line: a secret value in it
 * would have crossed the network, and its variables are those that were made for this app.
 *
 * @throws InvalidConfig with every problem and its place; UserError `config_too_costly`, `parsing_busy`
 */
export async function readUploadedConfig(
  services: UploadServices,
  text: string,
  { given = {}, ...options }: UploadOptions = {},
): Promise<ParsedConfig> {
  const variables = { ...services.variables(), ...given };
  return accepted(services, await parseBounded({ text, options, variables }, services.limits.parseInSeconds));
}

/** @throws InvalidConfig */
export function accepted(services: Pick<UploadServices, 'secret'>, answer: ParseAnswer): ParsedConfig {
  if (!answer.ok) throw new InvalidConfig(answer.problems);
  const { parsed } = answer;
  const problems = [...literals(parsed), ...missing(services, parsed.config)];
  if (problems.length > 0) throw new InvalidConfig(problems);
  return parsed;
}

function literals({ literals: found }: ParsedConfig): readonly ConfigProblem[] {
  return [...found.keys()].map((path) => ({
    path,
    message:
      'a secret value is not accepted here. Write env:NAME and set DRAFTGENIE_SECRET_NAME in this app’s settings, or write keyvault:NAME',
  }));
}

function missing(services: Pick<UploadServices, 'secret'>, { secrets }: DeploymentConfig): readonly ConfigProblem[] {
  return Object.entries(secrets).flatMap(([name, setting]) => {
    if (setting.source !== 'environment' || services.secret(setting.variable) !== undefined) return [];
    const variable = secretVariable(setting.variable);
    return [{ path: `secrets.${name}`, message: `the setting ${variable} of this app is not set` }];
  });
}
