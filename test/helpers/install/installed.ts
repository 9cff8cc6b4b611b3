import { expect } from 'vitest';
import { type CliResult, createSandbox, type Sandbox } from '../cli.ts';
import { deployedOnce } from '../plan/deployed-once.ts';

const SIMULATED = ['--simulate', '--simulator-profile', 'instant', '--output', 'plain'];
export const INSTALL = ['install', '--auto-approve', ...SIMULATED];
export const OF_THE_APP = ['--config', 'deployer.yaml', '--environment', 'deployer', ...SIMULATED];

/** With all that adds a resource. */
export const EVERYTHING = [
  ...['--name', 'shop-deployer', '--location', 'westeurope', '--secret', 'GEMINI_API_KEY=keyvault:gemini'],
  ...['--entra-app', '11111111-2222-3333-4444-555555555555', '--allow', '203.0.113.0/24'],
  ...['--github', 'shop/shop', '--subject', 'repo:shop/shop:environment:production'],
];

/** A sandbox in which the app was installed with everything; tests of one run of the tests share the installation. */
export async function installed(): Promise<Sandbox> {
  const sandbox = await createSandbox();
  const args = [...INSTALL, ...EVERYTHING];
  const result = await deployedOnce(sandbox.directory, args, () => sandbox.run(args));
  expect(result.exitCode, result.stderr + result.stdout.slice(-2000)).toBe(0);
  return sandbox;
}

/** @returns what was printed */
export async function succeeds(sandbox: Sandbox, args: readonly string[], exitCode = 0): Promise<string> {
  const { exitCode: found, stdout, stderr }: CliResult = await sandbox.run(args);
  expect(found, `${args.join(' ')}\n${stderr}${stdout.slice(-2000)}`).toBe(exitCode);
  return stdout + stderr;
}

/** Ids by what the configuration calls them: `resource:app`. */
export async function idsOf(sandbox: Sandbox): Promise<Readonly<Record<string, string>>> {
  const state = JSON.parse(await sandbox.read('.azure-deployment-state-v1.deployer.json')) as {
    readonly resources: Readonly<Record<string, { readonly id: string }>>;
  };
  return Object.fromEntries(Object.entries(state.resources).map(([key, { id }]) => [key, id]));
}
