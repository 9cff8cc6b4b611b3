import { isJsonObject, type Json } from '../../../shared/json.ts';
import { type Scope, TemplateError } from './scope.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-resources#copy-limits */
const MOST_COPIES = 800;

/** The scope of one turn of a loop. */
export function turn(scope: Scope, name: string, index: number): Scope {
  return { ...scope, copies: new Map([...scope.copies, [name.toLowerCase(), index], ['', index]]) };
}

/** @throws TemplateError */
export function copyCount(count: Json | undefined, name: string): number {
  if (typeof count === 'number' && count >= 0 && count <= MOST_COPIES) return count;
  throw new TemplateError(
    `The copy count of '${name}' must be an integer from 0 to ${MOST_COPIES}. Please see https://aka.ms/arm-copy for usage details.`,
  );
}

/**
 * The members that a member called `copy` stands for: `[{name, count, input}]`
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-properties). Undefined where it is a member like others.
 */
export function expandCopies(
  key: string,
  member: Json,
  scope: Scope,
  evaluate: (value: Json, scope: Scope) => Json,
): [string, Json][] | undefined {
  if (key !== 'copy' || !Array.isArray(member) || !member.every(isPropertyCopy)) return undefined;
  return member.map((one): [string, Json] => {
    const { name = '', count = null, input = null } = isJsonObject(one) ? one : {};
    const times = copyCount(evaluate(count, scope), String(name));
    const items = Array.from({ length: times }, (_, index) => evaluate(input, turn(scope, String(name), index)));
    return [String(name), items];
  });
}

function isPropertyCopy(value: Json): boolean {
  return isJsonObject(value) && typeof value.name === 'string' && 'count' in value && 'input' in value;
}
