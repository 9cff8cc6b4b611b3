import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { memberOf, type Scope, TemplateError, type UserFunction } from '../expressions/scope.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits */
const MOST = { parameters: 256, variables: 256, outputs: 64 } as const;
export const MOST_RESOURCES = 800;
const MOST_BYTES = 4 * 1024 * 1024;
const LONGEST_EXPRESSION = 24_576;

/** What every template has: https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#template-format */
const REQUIRED: readonly string[] = ['$schema', 'contentVersion', 'resources'];

/**
 * What is wrong with a template before any of its expressions is looked at.
 *
 * @throws TemplateError
 */
export function checkTemplate(template: Json | undefined, isOfGroup: boolean): JsonObject {
  if (!isJsonObject(template)) throw new TemplateError('The template is not a JSON object.');
  for (const name of REQUIRED) {
    if (memberOf(template, name) === undefined) {
      throw new TemplateError(`Required property '${name}' not found in JSON. Path ''.`);
    }
  }
  const text = JSON.stringify(template);
  if (Buffer.byteLength(text) > MOST_BYTES) {
    throw new TemplateError(`The size of the template exceeds the maximum of ${MOST_BYTES} bytes.`);
  }
  for (const [section, most] of Object.entries(MOST)) {
    const count = Object.keys(sectionOf(template, section)).length;
    if (count > most) {
      throw new TemplateError(
        `The number of template ${section} limit exceeded. Limit: ${most} and actual: ${count}. Please see https://aka.ms/arm-syntax-${section} for usage details.`,
      );
    }
  }
  checkSchema(String(template.$schema), isOfGroup);
  checkLengths(template);
  return template;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-subscription#schema */
function checkSchema(schema: string, isOfGroup: boolean): void {
  const wanted = isOfGroup ? /\/deploymentTemplate\.json#?$/i : /\/subscriptionDeploymentTemplate\.json#?$/i;
  if (wanted.test(schema)) return;
  throw new TemplateError(
    `The template schema '${schema}' is not supported at the scope of a ${isOfGroup ? 'resource group' : 'subscription'}. Please see https://aka.ms/arm-syntax for usage details.`,
  );
}

function checkLengths(value: Json): void {
  if (typeof value === 'string' && value.startsWith('[') && value.length > LONGEST_EXPRESSION) {
    throw new TemplateError(
      `The language expression length limit exceeded. Limit: ${LONGEST_EXPRESSION} and actual: ${value.length}.`,
    );
  }
  if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) checkLengths(one);
}

export function sectionOf(template: JsonObject, name: string): JsonObject {
  const section = memberOf(template, name);
  return isJsonObject(section) ? section : {};
}

/** `functions: [{namespace, members}]` by lower-case `namespace.name`. */
export function userFunctions(template: JsonObject): ReadonlyMap<string, UserFunction> {
  const { functions } = template;
  const namespaces = Array.isArray(functions) ? functions.filter(isJsonObject) : [];
  return new Map(
    namespaces.flatMap((one) =>
      Object.entries(sectionOf(one, 'members')).map(([name, member]): [string, UserFunction] => {
        const declared = isJsonObject(member) ? member : {};
        const parameters = Array.isArray(declared.parameters) ? declared.parameters.filter(isJsonObject) : [];
        const output = sectionOf(declared, 'output').value ?? null;
        const key = `${String(one.namespace)}.${name}`.toLowerCase();
        return [key, { parameters: parameters.map((parameter) => String(parameter.name)), output }];
      }),
    ),
  );
}

/** The variables of a template, each evaluated when it is first asked for. */
export function variablesOf(template: JsonObject, scope: () => Scope): Scope['variable'] {
  const declared = sectionOf(template, 'variables');
  const known = new Map<string, Json>();
  const underWay: string[] = [];
  return (name) => {
    const key = name.toLowerCase();
    const present = known.get(key);
    if (present !== undefined) return present;
    if (underWay.includes(key))
      throw new TemplateError(`Circular dependency detected on the template variable '${name}'.`);
    underWay.push(key);
    const direct = memberOf(declared, name);
    const value = direct === undefined ? looped(declared, name, scope()) : evaluate(direct, scope());
    underWay.pop();
    known.set(key, value);
    return value;
  };
}

/** A variable that a loop of `variables.copy` makes. */
function looped({ copy }: JsonObject, name: string, scope: Scope): Json {
  const all = Array.isArray(copy) ? copy.filter(isJsonObject) : [];
  const loop = all.find((one) => String(one.name).toLowerCase() === name.toLowerCase());
  const made = loop ? evaluate({ copy: [loop] }, scope) : {};
  return (isJsonObject(made) ? memberOf(made, name) : undefined) ?? notFound(name);
}

function notFound(name: string): never {
  throw new TemplateError(
    `The template variable '${name}' is not found. Please see https://aka.ms/arm-syntax-variables for usage details.`,
  );
}
