import { expect } from 'vitest';
import type { Sandbox } from '../cli.ts';

/** For commands about an application of one's own in a sandbox, on a simulator that waits for nothing. */
export const OWN_SIMULATED = ['--config', 'own.yaml', '--simulate', '--simulator-profile', 'instant'];

/** Deploys such an application; what happens is held against the plan. */
export async function deployOwn(sandbox: Sandbox, text: string, more: readonly string[] = []) {
  await sandbox.write('own.yaml', text);
  const result = await sandbox.deployAsPlanned([...OWN_SIMULATED, '--auto-approve', '--output', 'json', ...more]);
  expect(result.exitCode, `${result.stderr}${result.stdout.slice(-2500)}`).toBe(0);
  return { ...(result.events.at(-1) as unknown as { executed: string[]; runId: string }), text: result.stdout };
}
