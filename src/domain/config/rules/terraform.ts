import type { RawConfig } from '../schema.ts';
import { problem, type RuleProblem } from './rule.ts';

/** As a part of a reference. */
const NAME = /^[A-Za-z_][\w-]*$/;

/** Every state has a name that references can say, and is in one place. */
export function terraformSources({ terraform }: RawConfig): readonly RuleProblem[] {
  return Object.entries(terraform ?? {}).flatMap(([name, { state, outputs, azurerm }]) => {
    const path = ['terraform', name];
    if (!NAME.test(name))
      return [problem(path, 'is no name that ${{terraform.NAME.OUTPUT}} can say; allowed: letters, digits, _ and -')];
    const given = [state, outputs, azurerm].filter((one) => one !== undefined && one !== null && one !== '');
    return given.length === 1 ? [] : [problem(path, 'has to say one of state, outputs and azurerm')];
  });
}
