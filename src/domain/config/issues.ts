import type { z } from 'zod';

/** What a problem message may not repeat. */
const SECRET_PATH = /^secrets\.|admin_password$|connection_url$|registry_password$|\.env\./;

function isSecretPath(path: string): boolean {
  return SECRET_PATH.test(path);
}

/** A finding of the schema in words: what was found, unless that must not be told, and what is allowed. */
export function issueText(
  issue: z.core.$ZodIssue,
  found: unknown,
  path: string,
  { isHidden = false }: { readonly isHidden?: boolean } = {},
): string {
  const shown = isHidden || isSecretPath(path) ? 'a value of another kind' : describe(found);
  switch (issue.code) {
    case 'invalid_type':
      return found === undefined
        ? `is missing; expected ${kindName(issue.expected)}`
        : `expected ${kindName(issue.expected)}, found ${shown}`;
    case 'invalid_value':
      return `found ${shown}; allowed: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `found ${shown}; at least ${String(issue.minimum)} is required`;
    case 'too_big':
      return `found ${shown}; at most ${String(issue.maximum)} is allowed`;
    case 'invalid_union':
      return `found ${shown}; allowed: ${unionText(issue)}`;
    case 'unrecognized_keys':
      return `unknown: ${issue.keys.join(', ')}`;
    default:
      return issue.message;
  }
}

/** Of alternatives of which only one fits the kind of what was found, the findings of that one. */
export function withoutUnions(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const fitting = issue.errors.filter((branch) => branch.every(({ path }) => path.length > 0));
  const [only] = fitting;
  if (!only || fitting.length > 1) return [issue];
  return only.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(withoutUnions);
}

function unionText(issue: z.core.$ZodIssueInvalidUnion): string {
  const kinds = issue.errors.flatMap((branch) =>
    branch.flatMap((inner) => {
      if (inner.path.length > 0) return [`{${inner.path.map(String).join('.')}: …}`];
      if (inner.code === 'invalid_type') return [kindName(inner.expected)];
      return inner.code === 'invalid_value' ? inner.values.map(String) : [];
    }),
  );
  return [...new Set(kinds)].join(', ') || issue.message;
}

function kindName(expected: string): string {
  return (
    {
      string: 'text',
      number: 'a number',
      int: 'a whole number',
      boolean: 'true or false',
      object: 'keys and values',
      record: 'keys and values',
      array: 'a list',
    }[expected] ?? expected
  );
}

const MAX_SHOWN = 60;

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys and values';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
