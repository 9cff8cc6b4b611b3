import { createSteps } from '../../activities/activities.ts';
import type { DesireInput, StepResource } from '../../domain/desired.ts';
import { desiredBy } from '../../engine/step.ts';
import type { ExportInput } from '../../export/export-input.ts';
import type { RegisteredKind } from '../../resources/registry.ts';

/** An environment with all that its steps want. Several steps may want the same: the first of them makes it. */
export function exportInput(input: Omit<ExportInput, 'wanted'>): ExportInput {
  const steps = createSteps();
  return { ...input, wanted: (outputs) => wanted({ ...input, outputs }) };

  function wanted(desire: DesireInput): readonly StepResource<RegisteredKind>[] {
    const found = new Map<string, StepResource<RegisteredKind>>();
    for (const step of steps) {
      for (const resource of desiredBy(step, desire)) if (!found.has(resource.key)) found.set(resource.key, resource);
    }
    return [...found.values()];
  }
}
