import type { Plan } from './plan-schema.ts';

/** Why a deployment would not carry the plan out, one sentence each. */
export function refusalsOf({ resources }: Pick<Plan, 'resources'>): readonly string[] {
  return resources.flatMap(({ action, key, reason }) => (action === 'forbidden' ? [reason ?? key] : []));
}
