import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';

/** A parameter or an output, by what its template says of it. */
export interface Declared {
  readonly name: string;
  /** In lower case: `securestring`. */
  readonly type: string;
  readonly isSecure: boolean;
}

interface DeclaredParameter extends Declared {
  readonly hasDefault: boolean;
}

export function declaredParameters(template: JsonObject): readonly DeclaredParameter[] {
  return declared(template, 'parameters').map(({ name, own }) => ({
    ...typed(template, name, own),
    hasDefault:
      own.defaultValue !== undefined || own.nullable === true || resolvedType(template, own).nullable === true,
  }));
}

interface DeclaredOutput extends Declared {
  /** As it is written, of which it is made. */
  readonly value: Json;
}

export function declaredOutputs(template: JsonObject): readonly DeclaredOutput[] {
  return declared(template, 'outputs').map(({ name, own }) => ({
    ...typed(template, name, own),
    value: own.value ?? own.copy ?? null,
  }));
}

function declared(
  template: JsonObject,
  section: string,
): readonly { readonly name: string; readonly own: JsonObject }[] {
  const all = template[section];
  return Object.entries(isJsonObject(all) ? all : {}).flatMap(([name, own]) =>
    isJsonObject(own) ? [{ name, own }] : [],
  );
}

function typed(template: JsonObject, name: string, own: JsonObject): Declared {
  const { type: found } = resolvedType(template, own);
  const type = typeof found === 'string' ? found.toLowerCase() : '';
  return { name, type, isSecure: type.startsWith('secure') };
}

/** A type of its own is named: https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions */
function resolvedType(template: JsonObject, own: JsonObject): JsonObject {
  const named = typeof own.$ref === 'string' ? own.$ref.replace(/^#\/definitions\//, '') : undefined;
  const definitions = isJsonObject(template.definitions) ? template.definitions : {};
  const found = named !== undefined && Object.hasOwn(definitions, named) ? definitions[named] : undefined;
  return isJsonObject(found) ? found : own;
}
