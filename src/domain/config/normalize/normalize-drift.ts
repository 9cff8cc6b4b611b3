import type { DeploymentConfig } from '../model.ts';
import type { RawConfig } from '../schema.ts';

export function normalizeDrift({ drift }: RawConfig): Pick<DeploymentConfig, 'drift'> {
  return drift ? { drift: { schedule: drift.schedule.trim(), repair: drift.repair ?? false } } : {};
}
