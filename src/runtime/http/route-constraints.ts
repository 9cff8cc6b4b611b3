/** Judges the text of one route parameter. */
export type RouteConstraint = (value: string) => boolean;

const INT_RANGE = [-(2n ** 31n), 2n ** 31n - 1n] as const;
const LONG_RANGE = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const GUID =
  /^(\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const PLAIN: Readonly<Record<string, RouteConstraint>> = {
  alpha: (value) => /^[a-z]*$/i.test(value),
  bool: (value) => /^(true|false)$/i.test(value),
  datetime: (value) => /^\d{1,4}[-/]\d/.test(value) && !Number.isNaN(Date.parse(value)),
  decimal: (value) => /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value),
  double: (value) => NUMBER.test(value),
  float: (value) => NUMBER.test(value),
  guid: (value) => GUID.test(value),
  int: (value) => isIntegerWithin(value, INT_RANGE),
  long: (value) => isIntegerWithin(value, LONG_RANGE),
  required: (value) => value !== '',
};

const WITH_ARGUMENTS: Readonly<Record<string, (argument: string) => RouteConstraint>> = {
  length: (argument) => {
    const [from = 0, to = from] = integers(argument, 1, 2);
    return ({ length }) => length >= from && length <= to;
  },
  minlength: (argument) => {
    const [from = 0] = integers(argument, 1, 1);
    return ({ length }) => length >= from;
  },
  maxlength: (argument) => {
    const [to = 0] = integers(argument, 1, 1);
    return ({ length }) => length <= to;
  },
  min: (argument) => {
    const [from = 0] = integers(argument, 1, 1);
    return (value) => isIntegerWithin(value, [BigInt(from), LONG_RANGE[1]]);
  },
  max: (argument) => {
    const [to = 0] = integers(argument, 1, 1);
    return (value) => isIntegerWithin(value, [LONG_RANGE[0], BigInt(to)]);
  },
  range: (argument) => {
    const [from = 0, to = 0] = integers(argument, 2, 2);
    return (value) => isIntegerWithin(value, [BigInt(from), BigInt(to)]);
  },
  regex: (argument) => {
    // Not anchored, and without case, as in ASP.NET.
    const pattern = new RegExp(argument, 'i');
    return (value) => pattern.test(value);
  },
};

/**
 * A constraint by its text in a route template, such as `int`, `length(3,8)` or `regex(^a)`. Names and meaning are ASP.NET's:
 * https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints
 * @throws when there is no such constraint or its arguments do not fit.
 */
export function routeConstraint(text: string): RouteConstraint {
  const open = text.indexOf('(');
  const name = (open < 0 ? text : text.slice(0, open)).toLowerCase();
  if (open < 0) {
    const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
    if (plain) return plain;
  } else if (text.endsWith(')') && Object.hasOwn(WITH_ARGUMENTS, name)) {
    const make = WITH_ARGUMENTS[name];
    if (make) return make(text.slice(open + 1, -1));
  }
  throw new Error(`there is no route constraint ${text}`);
}

function isIntegerWithin(value: string, [from, to]: readonly [bigint, bigint]): boolean {
  if (!/^[+-]?\d+$/.test(value)) return false;
  const number = BigInt(value.replace('+', ''));
  return number >= from && number <= to;
}

function integers(text: string, least: number, most: number): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length < least || parts.length > most || parts.some((part) => !/^-?\d+$/.test(part))) {
    throw new Error(`the route constraint has the arguments (${text}), which are not ${least} to ${most} integers`);
  }
  return parts.map(Number);
}
