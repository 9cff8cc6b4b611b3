import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { expandCopies } from './copies.ts';
import { EAGER, LAZY } from './function-table.ts';
import { type Expression, parseExpression } from './parse-expression.ts';
import { memberOf, type Scope, TemplateError } from './scope.ts';

/** A text in brackets is an expression, unless a second bracket says that the first one is meant. */
export function isExpression(value: Json | undefined): boolean {
  return typeof value === 'string' && value.startsWith('[') && value.endsWith(']') && !value.startsWith('[[');
}

/**
 * A value of a template with its expressions evaluated and its loops unrolled.
 *
 * @param unknown what stands for a text that cannot be evaluated; by default nothing does, and the error is thrown
 * @throws TemplateError
 */
export function evaluate(
  value: Json,
  scope: Scope,
  unknown: (text: string, error: unknown) => Json = (_, error) => {
    throw error;
  },
): Json {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope, unknown));
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, member]): [string, Json][] => {
        const copies = expandCopies(key, member, scope, (item, inner) => evaluate(item, inner, unknown));
        return copies ?? [[String(evaluate(key, scope, unknown)), evaluate(member, scope, unknown)]];
      }),
    );
  }
  if (typeof value !== 'string') return value;
  if (!isExpression(value)) return value.startsWith('[[') ? value.slice(1) : value;
  try {
    return resultOf(parsed(value), scope);
  } catch (error) {
    return unknown(value, error);
  }
}

/** @throws TemplateError */
export function parsed(text: string): Expression {
  try {
    return parseExpression(text.slice(1, -1));
  } catch (error) {
    throw error instanceof SyntaxError ? new TemplateError(error.message) : error;
  }
}

function resultOf(expression: Expression, scope: Scope): Json {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'member':
      return memberValue(resultOf(expression.of, scope), resultOf(expression.name, scope));
    case 'call':
      return called(expression.name, expression.args, scope);
  }
}

function memberValue(of: Json, name: Json): Json {
  if (Array.isArray(of) && typeof name === 'number') {
    const found = of[name];
    if (found !== undefined) return found;
    throw new TemplateError(
      `The language expression property array index '${name}' is out of bounds. Please see https://aka.ms/arm-functions for usage details.`,
    );
  }
  const found = isJsonObject(of) && typeof name === 'string' ? memberOf(of, name) : undefined;
  if (found !== undefined) return found;
  const available = isJsonObject(of) ? `, available properties are '${Object.keys(of).join(', ')}'` : '';
  throw new TemplateError(`The language expression property '${String(name)}' doesn't exist${available}.`);
}

function called(name: string, args: readonly Expression[], scope: Scope): Json {
  const key = name.toLowerCase();
  const lazy = LAZY.get(key);
  if (lazy) return lazy(args, scope, resultOf);
  const values = args.map((arg) => resultOf(arg, scope));
  const own = scope.functions.get(key);
  if (own) return ownFunction(own.parameters, values, own.output, name, scope);
  const call = EAGER.get(key) ?? (key.startsWith('list') ? EAGER.get('list*') : undefined);
  if (!call) throw new TemplateError(`The simulator does not know the template function '${name}'.`);
  return call(values, scope, name);
}

/** A function of the template's own sees its parameters alone. */
function ownFunction(
  parameters: readonly string[],
  values: readonly Json[],
  output: Json,
  name: string,
  scope: Scope,
): Json {
  if (values.length !== parameters.length) {
    throw new TemplateError(
      `The template function '${name}' takes ${parameters.length} parameters, not ${values.length}.`,
    );
  }
  const given: JsonObject = Object.fromEntries(parameters.map((one, index) => [one, values[index] ?? null]));
  return evaluate(output, {
    ...scope,
    live: undefined,
    parameter(wanted) {
      const value = memberOf(given, wanted);
      if (value === undefined) throw new TemplateError(`The template parameter '${wanted}' is not found.`);
      return value;
    },
    variable(wanted) {
      throw new TemplateError(`The template variable '${wanted}' is not found: a function sees no variables.`);
    },
  });
}
