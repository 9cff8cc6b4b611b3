import { isJsonObject, type Json, type JsonObject } from '../../../../shared/json.ts';
import { type Functions, listOf, memberOf, numberOf, TemplateError, textOf, wrongArguments } from '../scope.ts';
import { isEqual } from './logic.ts';
import { written } from './texts.ts';

/**
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array and …-object; what stands there for
 * texts, too, is here for both.
 */
export const COLLECTIONS: Functions = {
  array: ([value = null]) => (Array.isArray(value) ? value : [value]),
  createArray: (args) => [...args],
  createObject(args, _, name) {
    if (args.length % 2 !== 0) throw wrongArguments(name);
    return Object.fromEntries(
      args.flatMap((key, index) => (index % 2 === 0 ? [[textOf(key, name), args[index + 1] ?? null]] : [])),
    );
  },
  concat: (args) =>
    Array.isArray(args[0]) ? args.flatMap((one) => listOf(one, 'concat')) : args.map(written).join(''),
  contains([of, wanted = null], _, name) {
    if (Array.isArray(of)) return of.some((one) => isEqual(one, wanted));
    if (isJsonObject(of)) return memberOf(of, written(wanted)) !== undefined;
    return textOf(of, name).includes(written(wanted));
  },
  empty: ([value = null]) => value === null || sizeOf(value, 'empty') === 0,
  length: ([value = null], _, name) => sizeOf(value, name),
  first: ([of], _, name) => (typeof of === 'string' ? of.slice(0, 1) : (listOf(of, name)[0] ?? null)),
  last: ([of], _, name) => (typeof of === 'string' ? of.slice(-1) : (listOf(of, name).at(-1) ?? null)),
  skip: ([of, count], _, name) => sliced(of, Math.max(0, numberOf(count, name)), undefined, name),
  take: ([of, count], _, name) => sliced(of, 0, Math.max(0, numberOf(count, name)), name),
  indexOf: (args, _, name) => found(args, name, false),
  lastIndexOf: (args, _, name) => found(args, name, true),
  range: ([start, count], _, name) =>
    Array.from({ length: numberOf(count, name) }, (__, index) => numberOf(start, name) + index),
  flatten: ([list], _, name) => listOf(list, name).flatMap((one) => listOf(one, name)),
  union: (args, _, name) => united(args, name),
  intersection: (args, _, name) => common(args, name),
  shallowMerge: ([list], _, name) => Object.assign({}, ...listOf(list, name).map((one) => objectOf(one, name))),
  objectKeys: ([of], _, name) => Object.keys(objectOf(of, name)).toSorted(),
  items: ([of], _, name) =>
    Object.entries(objectOf(of, name))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, value]) => ({ key, value })),
  // As Bicep writes `.?`: whatever is missing on the way is null.
  tryGet: ([of = null, ...path]) => path.reduce<Json>((at, key) => tried(at, key), of),
  tryIndexFromEnd: ([of = null, index], _, name) =>
    Array.isArray(of) ? (of.at(-numberOf(index, name)) ?? null) : null,
  indexFromEnd([of, index], _, name) {
    const value = listOf(of, name).at(-numberOf(index, name));
    if (value === undefined)
      throw new TemplateError(`The array index '${String(index)}' from the end is out of bounds.`);
    return value;
  },
};

function tried(of: Json, key: Json): Json {
  if (Array.isArray(of) && typeof key === 'number') return of[key] ?? null;
  return isJsonObject(of) && typeof key === 'string' ? (memberOf(of, key) ?? null) : null;
}

function objectOf(value: Json | undefined, name: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw wrongArguments(name);
}

function sizeOf(value: Json, name: string): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return Object.keys(objectOf(value, name)).length;
}

function sliced(of: Json | undefined, from: number, to: number | undefined, name: string): Json {
  return typeof of === 'string' ? of.slice(from, to) : listOf(of, name).slice(from, to);
}

function found([of, wanted = null]: readonly Json[], name: string, isLast: boolean): number {
  if (Array.isArray(of)) {
    const is = (one: Json): boolean => isEqual(one, wanted);
    return isLast ? of.findLastIndex(is) : of.findIndex(is);
  }
  const text = textOf(of, name).toLowerCase();
  const part = textOf(wanted, name).toLowerCase();
  return isLast ? text.lastIndexOf(part) : text.indexOf(part);
}

/** Lists without what they have twice; objects member by member, the last one wins. */
function united(args: readonly Json[], name: string): Json {
  if (args.every(Array.isArray)) {
    const all = args.flat();
    return all.filter((one, index) => all.findIndex((other) => isEqual(one, other)) === index);
  }
  return args.map((one) => objectOf(one, name)).reduce(merged, {});
}

function merged(one: JsonObject, other: JsonObject): JsonObject {
  const all: JsonObject = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const before = all[key];
    all[key] = isJsonObject(before) && isJsonObject(value) ? merged(before, value) : value;
  }
  return all;
}

function common([first, ...others]: readonly Json[], name: string): Json {
  if (Array.isArray(first)) {
    return first.filter((one) => others.every((other) => listOf(other, name).some((two) => isEqual(one, two))));
  }
  return Object.fromEntries(
    Object.entries(objectOf(first, name)).filter(([key, value]) =>
      others.every((other) => {
        const same = objectOf(other, name)[key];
        return same !== undefined && isEqual(same, value);
      }),
    ),
  );
}
