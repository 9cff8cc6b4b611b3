import type { Drift } from '../drift.ts';
import type { StepName } from '../steps.ts';

/** A plan's reason names at most so many differences. */
const MAX_NAMED = 3;

/** `app:api_gateway properties.template.scale.maxReplicas: 3 → 5`. */
export function driftText({ key, path, expected, found, repaired }: Drift): string {
  const stays = repaired ? '' : ' (not in the configuration: a repair leaves it)';
  return `${key}${path === '' ? '' : ` ${path}`}: ${expected} → ${found}${stays}`;
}

/** What a plan says of a step whose resources differ; nothing when none does. */
export function driftReasons(drift: readonly Drift[], step: StepName): readonly string[] {
  const own = drift.filter((one) => one.step === step && one.repaired);
  if (own.length === 0) return [];
  const named = own.slice(0, MAX_NAMED).map(driftText);
  return [
    `changed outside: ${named.join('; ')}${own.length > MAX_NAMED ? `; and ${own.length - MAX_NAMED} more` : ''}`,
  ];
}
