import { type RouteConstraint, routeConstraint } from './route-constraints.ts';

/** A parsed route such as `environments/{env:alpha}/runs/{id:int?}` or `files/{*rest}`. */
export interface RouteTemplate {
  readonly text: string;
  /** One digit per segment; of two templates that match, the one whose text sorts first wins. */
  readonly precedence: string;
  /** The parameters, or undefined when the path does not match. Segments are decoded; see path-segments.ts. */
  match(segments: readonly string[]): Readonly<Record<string, string>> | undefined;
}

interface Parameter {
  readonly name: string;
  readonly isCatchAll: boolean;
  readonly isOptional: boolean;
  readonly defaultValue: string | undefined;
  readonly constraints: readonly RouteConstraint[];
}

interface Segment {
  readonly parts: readonly (string | Parameter)[];
  readonly pattern: RegExp;
}

/** Values of Microsoft.AspNetCore.Routing.Template.RoutePrecedence.ComputeInbound. */
const LITERAL = '1';
const CONSTRAINED = '2';
const PARAMETER = '3';
const CONSTRAINED_CATCH_ALL = '4';
const CATCH_ALL = '5';

/** @throws when the template is malformed, names a parameter twice or an unknown constraint. */
export function parseRouteTemplate(text: string): RouteTemplate {
  const segments = splitSegments(text.replace(/^~?\/|\/$/g, '')).map(parseSegment);
  const parameters = segments.flatMap(({ parts }) => parts.filter((part) => typeof part !== 'string'));
  const names = parameters.map(({ name }) => name.toLowerCase());
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new Error(`the route ${text} has two parameters called ${repeated}`);
  const early = segments.slice(0, -1).some(({ parts }) => parts.some((part) => parameter(part)?.isCatchAll));
  if (early) throw new Error(`the route ${text} goes on after its catch-all parameter`);
  return {
    text,
    precedence: segments.map(precedenceOf).join(''),
    match: (path) => matchSegments(segments, path),
  };
}

function matchSegments(segments: readonly Segment[], path: readonly string[]): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  let at = 0;
  for (const { parts, pattern } of segments) {
    const only = parts.length === 1 ? parameter(parts[0]) : undefined;
    const text = only?.isCatchAll ? path.slice(at).join('/') : path[at];
    at += only?.isCatchAll ? path.length - at : 1;
    if (text === undefined || text === '') {
      if (!only || !mayBeAbsent(only)) return undefined;
      if (only.defaultValue !== undefined) values[only.name] = only.defaultValue;
      continue;
    }
    const match = pattern.exec(text);
    if (!match) return undefined;
    for (const [index, { name, constraints }] of parts.filter((part) => typeof part !== 'string').entries()) {
      const value = match[index + 1] ?? '';
      if (!constraints.every((holds) => holds(value))) return undefined;
      values[name] = value;
    }
  }
  return at < path.length ? undefined : values;
}

function mayBeAbsent({ isOptional, isCatchAll, defaultValue }: Parameter): boolean {
  return isOptional || isCatchAll || defaultValue !== undefined;
}

function precedenceOf({ parts }: Segment): string {
  if (parts.length > 1) return CONSTRAINED;
  const only = parameter(parts[0]);
  if (!only) return LITERAL;
  if (only.isCatchAll) return only.constraints.length > 0 ? CONSTRAINED_CATCH_ALL : CATCH_ALL;
  return only.constraints.length > 0 ? CONSTRAINED : PARAMETER;
}

function parameter(part: string | Parameter | undefined): Parameter | undefined {
  return typeof part === 'object' ? part : undefined;
}

/** A slash within braces belongs to a constraint. */
function splitSegments(text: string): readonly string[] {
  if (text === '') return [];
  const segments = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (character === '/' && depth === 0) segments.push('');
    else segments[segments.length - 1] += character;
  }
  if (depth !== 0 || segments.includes('')) throw new Error(`the route ${text} is malformed`);
  return segments;
}

function parseSegment(text: string): Segment {
  const parts: (string | Parameter)[] = [];
  let rest = text;
  while (rest !== '') {
    const open = rest.indexOf('{');
    if (open !== 0) parts.push(open < 0 ? rest : rest.slice(0, open));
    if (open < 0) break;
    const close = closingBrace(rest, open);
    parts.push(parseParameter(rest.slice(open + 1, close)));
    rest = rest.slice(close + 1);
  }
  const parameters = parts.filter((part) => typeof part !== 'string');
  if (parts.length > 1 && parameters.some(mayBeAbsent)) {
    throw new Error(`the route segment ${text} has an optional parameter beside other text`);
  }
  const source = parts.map((part) => (typeof part === 'string' ? escapePattern(part) : '(.+)')).join('');
  return { parts, pattern: new RegExp(`^${source}$`, 'is') };
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let index = open; index < text.length; index += 1) {
    if (text[index] === '{') depth += 1;
    if (text[index] === '}') depth -= 1;
    if (depth === 0) return index;
  }
  return text.length;
}

/** `name`, `name?`, `*name`, `name=default`, each with `:constraint` parts before the end. */
function parseParameter(text: string): Parameter {
  const match = /^(\*{0,2})([a-z_]\w*)((?::[a-z]+(?:\(.*?\)(?=[:?=]|$))?)*)(\?|=.*)?$/is.exec(text);
  if (!match) throw new Error(`the route parameter {${text}} is malformed`);
  const [, stars = '', name = '', constraints = '', end = ''] = match;
  return {
    name,
    isCatchAll: stars !== '',
    isOptional: end === '?',
    defaultValue: end.startsWith('=') ? end.slice(1) : undefined,
    constraints: [...constraints.matchAll(/:([a-z]+(?:\(.*?\)(?=:|$))?)/gis)].map(([, one = '']) =>
      // Braces of a regular expression are doubled in a route template.
      routeConstraint(one.replaceAll('{{', '{').replaceAll('}}', '}')),
    ),
  };
}
