import { z } from 'zod';
import type { Json } from '../shared/json.ts';
import type { Difference } from './compare.ts';
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
  /** For people; values that may be secrets are not told. */
  expected: z.string(),
  found: z.string(),
});
export type Drift = z.infer<typeof driftSchema>;

/** At most so many differences are told in a plan's reason. */
const TOLD = 3;

/** Values of variables and the like may be anything, so only that they differ is told. */
const UNTOLD = /\benv\b|secrets\b|password|token|headers|\bcommand\b|\bargs\b/i;
const TOLD_ALL_THE_SAME = /\.(keyVaultUrl|identity|secretRef)$/;

export function driftOf(
  { key, id, step }: Pick<Drift, 'key' | 'id' | 'step'>,
  { path, expected, found }: Difference,
): Drift {
  const hidden = UNTOLD.test(path) && !TOLD_ALL_THE_SAME.test(path);
  return {
    ...{ key, id, step, path },
    expected: hidden ? presence(expected, 'the value that was deployed') : shown(expected),
    found: hidden ? presence(found, 'another value') : shown(found),
  };
}

/** `app:api_gateway properties.template.scale.maxReplicas: 3 → 5`. */
export function driftText({ key, path, expected, found }: Drift): string {
  return `${key}${path === '' ? '' : ` ${path}`}: ${expected} → ${found}`;
}

/** What a plan says of a step whose resources differ; nothing when none does. */
export function driftReasons(drift: readonly Drift[], step: StepName): readonly string[] {
  const own = drift.filter((one) => one.step === step);
  if (own.length === 0) return [];
  const told = own.slice(0, TOLD).map(driftText);
  return [`changed outside: ${told.join('; ')}${own.length > TOLD ? `; and ${own.length - TOLD} more` : ''}`];
}

/** The steps of a run that repairs: those concerned, and what must look at their work. */
export function repairingSteps(drift: readonly Drift[]): readonly StepName[] {
  const concerned = new Set(drift.map(({ step }) => step));
  return STEPS.flatMap(({ name, verifies, joinsRepairOf = [] }) =>
    verifies || [name, ...joinsRepairOf].some((step) => concerned.has(step)) ? [name] : [],
  );
}

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return '(none)';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function presence(value: Json | undefined, text: string): string {
  return value === undefined || value === null ? '(none)' : text;
}
