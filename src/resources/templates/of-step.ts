import type { DesiredResource, DesireInput } from '../../domain/desired.ts';
import { genericKeysOf } from '../../domain/generic/generic-place.ts';
import { referencesOf } from '../../domain/references/references.ts';
import type { StepName } from '../../domain/steps.ts';
import { templateNamed } from '../../domain/templates/template-key.ts';
import { type GenericKind, genericResource } from '../generic-resource.ts';
import { templateDeployment } from './template-deployment.ts';

/** What a step makes of `resources` and `templates` of the configuration. */
export function genericResources(input: DesireInput, step: StepName): readonly DesiredResource<GenericKind>[] {
  return genericKeysOf(input.config, step, referencesOf(input.config)).map((key) =>
    templateNamed(key) === undefined ? genericResource(input, key) : templateDeployment(input, key),
  );
}
