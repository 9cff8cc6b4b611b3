import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { isEqual } from '../expressions/functions/logic.ts';
import { memberOf, TemplateError } from '../expressions/scope.ts';
import { sectionOf } from './template.ts';

/** What a declared type is called, and in which form its values come. */
const KINDS: Readonly<Record<string, (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  securestring: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value),
  bool: (value) => typeof value === 'boolean',
  object: isJsonObject,
  secureobject: isJsonObject,
  array: Array.isArray,
};

export function isSecure(declared: JsonObject): boolean {
  return /^secure/i.test(String(declared.type));
}

/** A declaration with what its `$ref` says: https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions */
export function resolvedType(declared: JsonObject, template: JsonObject): JsonObject {
  const { $ref, ...own } = declared;
  if (typeof $ref !== 'string') return declared;
  const [, name] = /^#\/definitions\/([^/]+)$/.exec($ref) ?? [];
  const found = name === undefined ? undefined : memberOf(sectionOf(template, 'definitions'), decodeURIComponent(name));
  if (isJsonObject(found)) return { ...resolvedType(found, template), ...own };
  throw new TemplateError(`The simulator does not know the type '${$ref}' of a declaration.`);
}

/**
 * @param what the parameter or output, with the path inside of it
 * @throws TemplateError the value is not of the type that is declared (https://learn.microsoft.com/azure/azure-resource-manager/templates/parameters)
 */
export function checkValue(value: Json, declaration: JsonObject, what: string, template: JsonObject): void {
  const declared = resolvedType(declaration, template);
  if (value === null && declared.nullable === true) return;
  const type = String(declared.type).toLowerCase();
  const is = KINDS[type];
  if (!is) throw new TemplateError(`The type '${String(declared.type)}' of '${what}' is not valid.`);
  if ('discriminator' in declared)
    throw new TemplateError(`The simulator does not know the 'discriminator' of '${what}'.`);
  if (!is(value)) {
    throw new TemplateError(
      `Template parameter JToken type is not valid. Expected '${kindOf(type)}'. Actual value '${kindOfValue(value)}' of '${what}'. Please see https://aka.ms/resource-manager-parameter-files for usage details.`,
    );
  }
  checkAllowed(value, declared, what);
  checkLimits(value, declared, what);
  if (isJsonObject(value)) checkMembers(value, declared, what, template);
  if (Array.isArray(value)) checkItems(value, declared, what, template);
}

function kindOf(type: string): string {
  return { int: 'Integer', bool: 'Boolean', array: 'Array' }[type] ?? (/object$/.test(type) ? 'Object' : 'String, Uri');
}

function kindOfValue(value: Json): string {
  if (value === null) return 'Null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Float';
  if (typeof value === 'string') return 'String';
  return typeof value === 'boolean' ? 'Boolean' : Array.isArray(value) ? 'Array' : 'Object';
}

/** Of a list each item must be allowed, unless the list itself is. */
function checkAllowed(value: Json, { allowedValues }: JsonObject, what: string): void {
  if (!Array.isArray(allowedValues)) return;
  const isAllowed = (one: Json): boolean => allowedValues.some((other) => isEqual(one, other));
  if (isAllowed(value) || (Array.isArray(value) && value.every(isAllowed))) return;
  throw new TemplateError(
    `The provided value for the template parameter '${what}' is not valid. The value '${typeof value === 'string' ? value : JSON.stringify(value)}' is not part of the allowed value(s): '${allowedValues.join(',')}'.`,
  );
}

function checkLimits(value: Json, declared: JsonObject, what: string): void {
  const size = typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
  const limits: [string, number | undefined, boolean][] = [
    ['minLength', size, true],
    ['maxLength', size, false],
    ['minValue', typeof value === 'number' ? value : undefined, true],
    ['maxValue', typeof value === 'number' ? value : undefined, false],
  ];
  for (const [name, actual, isLeast] of limits) {
    const { [name]: limit } = declared;
    if (typeof limit !== 'number' || actual === undefined || (isLeast ? actual >= limit : actual <= limit)) continue;
    const subject = /Length$/.test(name) ? 'Length of the value' : 'The value';
    throw new TemplateError(
      `The provided value for the template parameter '${what}' is not valid. ${subject} should be ${isLeast ? 'greater' : 'less'} than or equal to '${limit}'. Please see https://aka.ms/arm-syntax-parameters for usage details.`,
    );
  }
}

function checkMembers(value: JsonObject, declared: JsonObject, what: string, template: JsonObject): void {
  const properties = sectionOf(declared, 'properties');
  for (const [name, member] of Object.entries(properties)) {
    const type = isJsonObject(member) ? resolvedType(member, template) : {};
    const given = memberOf(value, name);
    if (given !== undefined) checkValue(given, type, `${what}.${name}`, template);
    else if (type.nullable !== true)
      throw new TemplateError(
        `The provided value for the template parameter '${what}' is not valid: '${name}' is missing.`,
      );
  }
  const { additionalProperties } = declared;
  for (const [name, member] of Object.entries(value)) {
    if (memberOf(properties, name) !== undefined) continue;
    if (additionalProperties === false) {
      throw new TemplateError(
        `The provided value for the template parameter '${what}' is not valid: the property '${name}' is not allowed.`,
      );
    }
    if (isJsonObject(additionalProperties)) checkValue(member, additionalProperties, `${what}.${name}`, template);
  }
}

function checkItems(value: readonly Json[], declared: JsonObject, what: string, template: JsonObject): void {
  const { prefixItems, items } = declared;
  const first = Array.isArray(prefixItems) ? prefixItems : [];
  for (const [index, item] of value.entries()) {
    const type = first[index] ?? items;
    if (isJsonObject(type)) checkValue(item, type, `${what}[${index}]`, template);
  }
}
