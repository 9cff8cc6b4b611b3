import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { memberOf, type Scope, TemplateError } from '../expressions/scope.ts';
import { checkValue, isSecure, resolvedType } from './declared-types.ts';
import { sectionOf } from './template.ts';

/** A secret that a parameter names instead of having it: https://learn.microsoft.com/azure/azure-resource-manager/templates/key-vault-parameter */
export interface VaultReference {
  readonly vaultId: string;
  readonly secretName: string;
  readonly secretVersion: string | undefined;
}

/**
 * The values of a template's parameters by their declared names: what was given, else the default.
 *
 * @param given `{name: {value}}` or `{name: {reference}}`
 * @param scope of the default values; its parameters are those of this template
 * @param secret reads what a reference names; it throws what is to be answered where that cannot be had
 * @throws TemplateError
 */
export function parameterValues(
  template: JsonObject,
  given: JsonObject,
  scope: (parameter: Scope['parameter']) => Scope,
  secret: (reference: VaultReference, parameter: string) => string,
): JsonObject {
  const declared = sectionOf(template, 'parameters');
  checkNames(declared, given);
  const values: JsonObject = {};
  const underWay: string[] = [];
  const valueAt = (wanted: string): Json => {
    const name = Object.keys(declared).find((one) => one.toLowerCase() === wanted.toLowerCase());
    if (name === undefined) throw noParameter(wanted);
    const known = values[name];
    if (known !== undefined) return known;
    if (underWay.includes(name))
      throw new TemplateError(`Circular dependency detected on the template parameter '${name}'.`);
    underWay.push(name);
    const declaration = sectionOf(declared, name);
    const value =
      givenValue(memberOf(given, name), name, secret) ?? byDefault(declaration, name, template, scope(valueAt));
    checkValue(value, declaration, name, template);
    underWay.pop();
    values[name] = value;
    return value;
  };
  for (const name of Object.keys(declared)) valueAt(name);
  return values;
}

/** What a deployment answers of its parameters; secure ones without their values. */
export function parameterViews(template: JsonObject, values: JsonObject, given: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(sectionOf(template, 'parameters')).map(([name, one]) => {
      const declared = isJsonObject(one) ? resolvedType(one, template) : {};
      const sent = memberOf(given, name);
      const type = typeName(declared);
      if (isJsonObject(sent) && 'reference' in sent) return [name, { type, reference: sent.reference ?? null }];
      return [name, { type, ...(!isSecure(declared) && { value: values[name] ?? null }) }];
    }),
  );
}

/** `SecureString`, as answers have it, for `securestring`. */
export function typeName({ type }: JsonObject): string {
  const NAMES: Readonly<Record<string, string>> = { securestring: 'SecureString', secureobject: 'SecureObject' };
  const name = String(type);
  return NAMES[name.toLowerCase()] ?? name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();
}

export function noParameter(name: string): TemplateError {
  return new TemplateError(
    `The template parameter '${name}' is not found. Please see https://aka.ms/arm-syntax-parameters for usage details.`,
  );
}

/** The words: https://github.com/microsoft/dotnet-core-sample-templates/issues/2 */
function checkNames(declared: JsonObject, given: JsonObject): void {
  const unknown = Object.keys(given).filter((name) => memberOf(declared, name) === undefined);
  if (unknown.length === 0) return;
  throw new TemplateError(
    `The template parameters '${unknown.join(', ')}' in the parameters file are not valid; they are not present in the original template and can therefore not be provided at deployment time. The only supported parameters for this template are '${Object.keys(declared).join(', ')}'. Please see https://aka.ms/arm-pass-parameter-values for usage details.`,
  );
}

function givenValue(
  given: Json | undefined,
  name: string,
  secret: (reference: VaultReference, parameter: string) => string,
): Json | undefined {
  if (!isJsonObject(given)) return undefined;
  if (!isJsonObject(given.reference)) return given.value;
  const { keyVault, secretName, secretVersion } = given.reference;
  const vaultId = isJsonObject(keyVault) ? keyVault.id : undefined;
  if (typeof vaultId !== 'string' || typeof secretName !== 'string') {
    throw new TemplateError(`The reference of the template parameter '${name}' must name a vault and a secret.`);
  }
  const version = typeof secretVersion === 'string' ? secretVersion : undefined;
  return secret({ vaultId, secretName, secretVersion: version }, name);
}

function byDefault(declaration: JsonObject, name: string, template: JsonObject, scope: Scope): Json {
  if (declaration.defaultValue !== undefined) return evaluate(declaration.defaultValue, scope);
  if (resolvedType(declaration, template).nullable === true) return null;
  throw new TemplateError(
    `The value for the template parameter '${name}' is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details.`,
  );
}
