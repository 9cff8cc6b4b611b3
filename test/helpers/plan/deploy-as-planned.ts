import { expect } from 'vitest';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import type { CliResult, Sandbox } from '../cli.ts';
import { everythingLive } from './cloud-by-hand.ts';
import { unplanned } from './plan-and-writes.ts';

/** A deployment in which nothing happens that its plan does not say, and everything that it says. */
export async function deployAsPlanned(
  sandbox: Sandbox,
  args: readonly string[] = [],
): Promise<{ result: CliResult; plan: Plan }> {
  const before = await everythingLive(sandbox);
  const earlier = await sandbox.requests().catch(() => []);
  const result = await sandbox.deploy(args);
  const failures = result.events.filter(({ type }) => type === 'step_failed');
  expect(result.exitCode, `${result.stderr}${JSON.stringify(failures)}`).toBe(0);
  const plan = planOf(result);
  expect(unplanned(plan, before, (await sandbox.requests()).slice(earlier.length))).toEqual([]);
  return { result, plan };
}

/** The last plan that was told: the one that was carried out. */
export function planOf(result: CliResult): Plan {
  const event = result.events.findLast(({ type }) => type === 'plan');
  expect(event, result.stderr).toBeDefined();
  return event?.plan as Plan;
}
