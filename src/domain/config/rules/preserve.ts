import type { DeploymentConfig } from '../model.ts';
import { PRESERVED_FIELD } from '../preserve.ts';
import { problem, type RuleProblem } from './rule.ts';

export function preservedFields({ preserve = [] }: DeploymentConfig): readonly RuleProblem[] {
  return preserve.flatMap((field, index) => {
    const path = ['preserve', String(index)];
    if (!PRESERVED_FIELD.test(field)) {
      const example = 'postgresql properties.highAvailability';
      return [
        problem(
          path,
          `found ${JSON.stringify(field)}; expected the key of a resource and a path, such as "${example}"`,
        ),
      ];
    }
    return preserve.indexOf(field) < index ? [problem(path, 'is there twice')] : [];
  });
}
