import { isJsonObject, type Json, type JsonObject } from '../../../../shared/json.ts';
import type { Expression } from '../parse-expression.ts';
import { type LazyCall, listOf, type Scope, TemplateError, textOf, wrongArguments } from '../scope.ts';
import { written } from './texts.ts';

type Evaluate = Parameters<LazyCall>[2];

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda */
export const LAMBDAS: Readonly<Record<string, LazyCall>> = {
  lambdaVariables([name], scope, evaluate) {
    const wanted = name === undefined ? '' : textOf(evaluate(name, scope), 'lambdaVariables');
    const value = scope.lambdas.get(wanted);
    if (value === undefined) throw new TemplateError(`The lambda variable '${wanted}' is not found.`);
    return value;
  },
  lambda() {
    throw new TemplateError("The template function 'lambda' is not expected at this location.");
  },
  map: ([of, by], scope, evaluate) => list(of, scope, evaluate).map(each(by, scope, evaluate)),
  filter: ([of, by], scope, evaluate) => list(of, scope, evaluate).filter(truth(by, scope, evaluate)),
  reduce([of, initial, by], scope, evaluate) {
    const apply = lambda(by, scope, evaluate);
    const start = initial === undefined ? null : evaluate(initial, scope);
    return list(of, scope, evaluate).reduce<Json>((all, one, index) => apply(all, one, index), start);
  },
  sort([of, by], scope, evaluate) {
    const isBefore = lambda(by, scope, evaluate);
    return list(of, scope, evaluate).toSorted((one, other) =>
      isBefore(one, other) === true ? -1 : Number(isBefore(other, one) === true),
    );
  },
  toObject([of, keyBy, valueBy], scope, evaluate) {
    const key = each(keyBy, scope, evaluate);
    const value = valueBy === undefined ? (one: Json) => one : each(valueBy, scope, evaluate);
    const entries = list(of, scope, evaluate).map(
      (one, index) => [written(key(one, index)), value(one, index)] as const,
    );
    return Object.fromEntries(entries);
  },
  groupBy([of, keyBy], scope, evaluate) {
    const key = each(keyBy, scope, evaluate);
    const groups = Map.groupBy(list(of, scope, evaluate), (one, index) => written(key(one, index)));
    return Object.fromEntries(groups);
  },
  mapValues([of, by], scope, evaluate) {
    const value = each(by, scope, evaluate);
    const object = of === undefined ? null : evaluate(of, scope);
    if (!isJsonObject(object)) throw wrongArguments('mapValues');
    const mapped: JsonObject = {};
    for (const [key, one] of Object.entries(object)) mapped[key] = value(one, 0);
    return mapped;
  },
};

function list(of: Expression | undefined, scope: Scope, evaluate: Evaluate): readonly Json[] {
  return listOf(of && evaluate(of, scope), 'map');
}

/** `lambda('item', body)` as a function; it may name fewer variables than it is given. */
function lambda(expression: Expression | undefined, scope: Scope, evaluate: Evaluate): (...args: Json[]) => Json {
  if (expression?.kind !== 'call' || expression.name.toLowerCase() !== 'lambda') {
    throw new TemplateError(
      'A lambda expression is expected. Please see https://aka.ms/arm-functions for usage details.',
    );
  }
  const body = expression.args.at(-1);
  if (!body) throw wrongArguments('lambda');
  const names = expression.args.slice(0, -1).map((name) => textOf(evaluate(name, scope), 'lambda'));
  return (...args) =>
    evaluate(body, {
      ...scope,
      lambdas: new Map([...scope.lambdas, ...names.map((name, index) => [name, args[index] ?? null] as const)]),
    });
}

function each(
  expression: Expression | undefined,
  scope: Scope,
  evaluate: Evaluate,
): (one: Json, index: number) => Json {
  const apply = lambda(expression, scope, evaluate);
  return (one, index) => apply(one, index);
}

function truth(expression: Expression | undefined, scope: Scope, evaluate: Evaluate) {
  const apply = each(expression, scope, evaluate);
  return (one: Json, index: number): boolean => apply(one, index) === true;
}
