import type { ConfigProblem, DeploymentConfig, ParsedConfig } from '../domain/config/model.ts';
import { parseConfig } from '../domain/config/parse.ts';
import type { FrontDoor } from './front-door.ts';
import { HttpProblem } from './http/answer.ts';
import { secretVariable } from './secret-variable.ts';

/**
 * Reads a configuration that came from outside this process. Stricter than on the command line: a secret value in it
 * would have crossed the network, and its variables are those that were made for this app.
 *
 * @throws HttpProblem 400 with every problem and its place
 */
export function readConfig(door: FrontDoor, text: string): ParsedConfig {
  const result = parseConfig(text);
  if (!result.ok) throw invalidConfig(result.problems);
  const { parsed } = result;
  const problems = [...literals(parsed), ...missing(door, parsed.config)];
  if (problems.length > 0) throw invalidConfig(problems);
  return parsed;
}

function literals({ literals: found }: ParsedConfig): readonly ConfigProblem[] {
  return [...found.keys()].map((path) => ({
    path,
    message:
      'a secret value is not accepted here. Write env:NAME and set DRAFTGENIE_SECRET_NAME in this app’s settings, or write keyvault:NAME',
  }));
}

function missing(door: FrontDoor, { secrets }: DeploymentConfig): readonly ConfigProblem[] {
  return Object.entries(secrets).flatMap(([name, setting]) => {
    if (setting.source !== 'environment' || door.secret(setting.variable) !== undefined) return [];
    const variable = secretVariable(setting.variable);
    return [{ path: `secrets.${name}`, message: `the setting ${variable} of this app is not set` }];
  });
}

function invalidConfig(problems: readonly ConfigProblem[]): HttpProblem {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new HttpProblem(400, 'config_invalid', `The configuration has ${count}.`, { problems: [...problems] });
}
