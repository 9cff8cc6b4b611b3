import { expect } from 'vitest';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import type { CliResult, Sandbox } from '../cli.ts';
import { everythingLive } from './cloud-by-hand.ts';
import { unplanned } from './plan-and-writes.ts';

/** A deployment in which, when it succeeds, nothing happens that its plan does not say, and everything that it says. */
export async function asPlanned(sandbox: Sandbox, deploy: () => Promise<CliResult>): Promise<CliResult> {
  const before = await everythingLive(sandbox);
  const earlier = await sandbox.requests().catch(() => []);
  const result = await deploy();
  const last = result.events.at(-1);
  // What a run did before it was ended and went on is not among these requests.
  const isWhole = !result.events.some(({ type, resumed }) => type === 'run_started' && resumed === true);
  if (result.exitCode !== 0 || last?.type !== 'run_completed' || !isWhole) return result;
  expect(unplanned(planOf(result), before, (await sandbox.requests()).slice(earlier.length))).toEqual([]);
  return result;
}

/** The last plan that was told: the one that was carried out. */
export function planOf(result: CliResult): Plan {
  const event = result.events.findLast(({ type }) => type === 'plan');
  expect(event, result.stderr).toBeDefined();
  return event?.plan as Plan;
}
