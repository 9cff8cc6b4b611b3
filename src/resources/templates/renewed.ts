import type { DeploymentConfig } from '../../domain/config/model.ts';
import { familiesOf, genericKeysOf, resourcesNamedBy, stepsNeededBy } from '../../domain/generic/generic-place.ts';
import { referencesOf } from '../../domain/references/references.ts';
import type { Output, StepName } from '../../domain/steps.ts';
import { declaredOutputs } from '../../domain/templates/declared.ts';
import { templateNamed } from '../../domain/templates/template-key.ts';
import { templateOf } from './template-deployment.ts';

/**
 * Outputs of a step's templates that may come out anew: of those that changed, and of those that are given something that may.
 *
 * @param changed names of dependencies of the step that changed, or may
 */
export function renewedTemplateOutputs(
  config: DeploymentConfig,
  step: StepName,
  changed: readonly string[],
): readonly Output[] {
  const all = referencesOf(config);
  const isGiven = changed.some((name) => name.startsWith('output:'));
  return genericKeysOf(config, step, all).flatMap((key) => {
    const name = templateNamed(key);
    const families = familiesOf(config, key, all);
    if (name === undefined || !families) return [];
    const consumes = stepsNeededBy(config, key, all).length > 0 || resourcesNamedBy(config, key).length > 0;
    if (!(changed.includes(`resource:${key}`) || (isGiven && consumes))) return [];
    const outputs = declaredOutputs(templateOf({ config }, name).template).filter(({ isSecure }) => !isSecure);
    return outputs.map((output): Output => [families.output, `${key}.${output.name}`]);
  });
}
