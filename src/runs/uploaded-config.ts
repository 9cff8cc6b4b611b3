import { InvalidConfig } from '../domain/config/invalid-config.ts';
import type { ConfigProblem, DeploymentConfig, ParsedConfig } from '../domain/config/model.ts';
import { type ParseOptions, parseConfig } from '../domain/config/parse.ts';
import { secretVariable } from './secret-variable.ts';

interface UploadServices {
  /** The value of a secret that a configuration names as `env:NAME`; undefined when it is not set. */
  secret(name: string): string | undefined;
  /** The value of a variable that a configuration fills in; only settings made for that are looked at. */
  variable(name: string): string | undefined;
}

export interface UploadOptions extends Omit<ParseOptions, 'variables'> {
  /** Variables that came with it. */
  readonly given?: Readonly<Record<string, string>>;
}

/**
 * Reads a configuration that came from outside this process. Stricter than on the command line: a secret value in it
 * would have crossed the network, and its variables are those that were made for this app.
 *
 * @throws InvalidConfig with every problem and its place
 */
export function readUploadedConfig(
  services: UploadServices,
  text: string,
  { given = {}, ...options }: UploadOptions = {},
): ParsedConfig {
  const variables = (name: string): string | undefined =>
    Object.hasOwn(given, name) ? given[name] : services.variable(name);
  const result = parseConfig(text, { ...options, variables });
  if (!result.ok) throw new InvalidConfig(result.problems);
  const { parsed } = result;
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

function missing(services: UploadServices, { secrets }: DeploymentConfig): readonly ConfigProblem[] {
  return Object.entries(secrets).flatMap(([name, setting]) => {
    if (setting.source !== 'environment' || services.secret(setting.variable) !== undefined) return [];
    const variable = secretVariable(setting.variable);
    return [{ path: `secrets.${name}`, message: `the setting ${variable} of this app is not set` }];
  });
}
