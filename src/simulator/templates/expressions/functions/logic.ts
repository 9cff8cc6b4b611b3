import { canonicalJson, type Json } from '../../../../shared/json.ts';
import { type Functions, type LazyCall, listOf, numberOf, TemplateError, wrongArguments } from '../scope.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-logical, …-comparison and …-numeric */
export const LOGIC: Functions = {
  true: () => true,
  false: () => false,
  null: () => null,
  not: ([value], _, name) => !booleanOf(value, name),
  bool([value], _, name) {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number') return value !== 0;
    if (typeof value === 'string' && /^(?:true|1)$/i.test(value)) return true;
    if (typeof value === 'string' && /^(?:false|0)$/i.test(value)) return false;
    throw wrongArguments(name);
  },
  equals: ([one, other]) => isEqual(one ?? null, other ?? null),
  greater: (args, _, name) => compared(args, name) > 0,
  greaterOrEquals: (args, _, name) => compared(args, name) >= 0,
  less: (args, _, name) => compared(args, name) < 0,
  lessOrEquals: (args, _, name) => compared(args, name) <= 0,
  add: ([one, other], _, name) => numberOf(one, name) + numberOf(other, name),
  sub: ([one, other], _, name) => numberOf(one, name) - numberOf(other, name),
  mul: ([one, other], _, name) => numberOf(one, name) * numberOf(other, name),
  div: ([one, other], _, name) => Math.trunc(numberOf(one, name) / divisor(other, name)),
  mod: ([one, other], _, name) => numberOf(one, name) % divisor(other, name),
  min: (args, _, name) => Math.min(...numbers(args, name)),
  max: (args, _, name) => Math.max(...numbers(args, name)),
  int([value], _, name) {
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && /^[-+]?\d+$/.test(value)) return Number(value);
    throw wrongArguments(name);
  },
};

/** What is not needed is not looked at: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-logical#if */
export const LAZY_LOGIC: Readonly<Record<string, LazyCall>> = {
  if([condition, then, otherwise], scope, evaluate) {
    if (!condition || !then || !otherwise) throw wrongArguments('if');
    return evaluate(booleanOf(evaluate(condition, scope), 'if') ? then : otherwise, scope);
  },
  and: (args, scope, evaluate) => args.every((arg) => booleanOf(evaluate(arg, scope), 'and')),
  or: (args, scope, evaluate) => args.some((arg) => booleanOf(evaluate(arg, scope), 'or')),
  coalesce(args, scope, evaluate) {
    for (const arg of args) {
      const value = evaluate(arg, scope);
      if (value !== null) return value;
    }
    return null;
  },
};

function booleanOf(value: Json | undefined, name: string): boolean {
  if (typeof value === 'boolean') return value;
  throw wrongArguments(name);
}

/** Texts are compared as they are; the order of members says nothing. */
export function isEqual(one: Json, other: Json): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

function compared([one, other]: readonly Json[], name: string): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : Number(one > other);
  throw wrongArguments(name);
}

function divisor(value: Json | undefined, name: string): number {
  const number = numberOf(value, name);
  if (number === 0) throw new TemplateError(`The template language function '${name}' cannot divide by zero.`);
  return number;
}

function numbers(args: readonly Json[], name: string): number[] {
  const all = Array.isArray(args[0]) ? listOf(args[0], name) : args;
  if (all.length === 0) throw wrongArguments(name);
  return all.map((one) => numberOf(one, name));
}
