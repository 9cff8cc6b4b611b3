import { z } from 'zod';
import type { Difference } from './compare.ts';
import { shownValue } from './shown-value.ts';
import { STEP_NAMES, STEPS, type StepName } from './steps.ts';

/** One field of a resource of ours that is not as it was deployed. */
export const driftSchema = z.object({
  /** The resource's stable key, e.g. `app:api_gateway`. */
  key: z.string(),
  id: z.string(),
  /** The step that repairs it. */
  step: z.enum(STEP_NAMES),
  /** In the body; empty for the resource as a whole. */
  path: z.string(),
  /** For people; values that may be secrets are hidden. */
  expected: z.string(),
  found: z.string(),
  /** Of a field that is always as we want it: what may happen as it is. */
  danger: z.string().optional(),
  /** Whether a repair puts it back; else it is somebody else's to decide. */
  repaired: z.boolean().default(true),
  /** Where no repair puts it back: the command that shows or changes it, or its page in the portal. */
  place: z.string().optional(),
});
export type Drift = z.infer<typeof driftSchema>;

export function driftOf(
  { key, id, step }: Pick<Drift, 'key' | 'id' | 'step'>,
  { path, expected, found, danger }: Difference & { readonly danger?: string },
  repaired = true,
): Drift {
  return {
    ...{ key, id, step, path, repaired },
    expected: shownValue(path, expected, 'the value that was deployed'),
    found: shownValue(path, found, 'another value'),
    ...(danger !== undefined && { danger }),
  };
}

/** The steps of a run that repairs: those concerned, what hands their work on, and what must look at it. */
export function repairingSteps(drift: readonly Drift[]): readonly StepName[] {
  const concerned = new Set(drift.filter(({ repaired }) => repaired).map(({ step }) => step));
  if (concerned.size === 0) return [];
  for (const { name, verifies, joinsRepairOf = [] } of STEPS) {
    if (verifies || joinsRepairOf.some((step) => concerned.has(step))) concerned.add(name);
  }
  return STEPS.flatMap(({ name }) => (concerned.has(name) ? [name] : []));
}
