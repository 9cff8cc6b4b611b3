import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject } from '../../../src/shared/json.ts';

const PROJECT = new URL('../../../scripts/bicep/bicep.csproj', import.meta.url);

/** Where `dotnet restore scripts/bicep` puts the compiler; BICEP names another one. Undefined: there is none on this machine. */
export function findBicep(): string | undefined {
  const [, id = '', version = ''] =
    /Include="([^"]+)" Version="\[([^\]]+)\]"/.exec(readFileSync(PROJECT, 'utf8')) ?? [];
  const packages = process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget', 'packages');
  const found = process.env.BICEP ?? join(packages, id.toLowerCase(), version, 'tools', 'bicep');
  return existsSync(found) ? found : undefined;
}

/** Compiles a file of parameters with what it uses. @returns template and parameters, and everything that the compiler said */
export async function compileBicep(bicep: string, file: string) {
  const { stdout, stderr } = await promisify(execFile)(bicep, ['build-params', file, '--stdout'], {
    maxBuffer: 1 << 28,
    // For `readEnvironmentVariable` of secrets that are in no vault yet.
    env: { ...process.env, BUS_CONNECTION: 'of-the-test' },
  });
  const { templateJson, parametersJson } = JSON.parse(stdout) as { templateJson: string; parametersJson: string };
  return { template: JSON.parse(templateJson), parameters: JSON.parse(parametersJson), said: stderr };
}

/** Compiles a file with its modules. @returns the template, and everything that the compiler said */
export async function buildBicep(bicep: string, file: string): Promise<{ template: JsonObject; said: string }> {
  const { stdout, stderr } = await promisify(execFile)(bicep, ['build', file, '--stdout'], { maxBuffer: 1 << 28 });
  return { template: JSON.parse(stdout) as JsonObject, said: stderr };
}
