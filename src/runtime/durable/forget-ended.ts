import { hasEnded, type Instance } from './instance.ts';
import type { InstanceTable } from './instance-table.ts';

/**
 * Takes out of the table what has ended, with its sub-orchestrations: results are kept by whoever started an orchestration. What began last
 * stays as far as its records fit into so many bytes, and the very last anyhow, for whoever looks how it went.
 */
export function forgetEnded(instances: InstanceTable, bytes: number): void {
  const ended = [...instances.values()].filter((instance) => instance.parent === null && hasEnded(instance));
  let kept = 0;
  for (const [index, { instanceId }] of ended.reverse().entries()) {
    const family = instances.family(instanceId);
    kept += family.reduce((sum, instance) => sum + sizeOf(instance), 0);
    if (index === 0 || kept <= bytes) continue;
    for (const { instanceId: member } of family) instances.delete(member);
  }
}

function sizeOf(instance: Instance): number {
  return JSON.stringify(instance).length;
}
