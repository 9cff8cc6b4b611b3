import { type FieldPath, memberSegment } from '../../domain/ownership/field-path.ts';
import { fieldAt } from '../../domain/ownership/field-value.ts';
import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';

/** A variable of a container, as somebody else put it there. */
export interface ForeignVariable {
  /** In the body of the app or job. */
  readonly path: FieldPath;
  readonly name: string;
  readonly value?: string;
  readonly secretRef?: string;
}

/** A variable that is to refer to a secret of the deployment, or does so already. */
export interface SecretVariable {
  readonly path: FieldPath;
  /** The name within the app. */
  readonly secretRef: string;
  /** In the configuration, where the app may have no reference to it yet. */
  readonly secret?: string;
}

/** What is known of a secret's value, in memory only: the whole of it, or how it begins, which may be nothing. */
export interface SecretValue {
  readonly text: string;
  readonly isWhole: boolean;
}

/** By the secrets' names in the configuration. */
export type SecretValues = ReadonlyMap<string, SecretValue>;

const CONTAINERS = ['containers', 'initContainers'] as const;

/**
 * A shorter text may well be another's by chance (`true`, `5432`, `production`), and would then change with the secret. Generated
 * secrets have 43 characters.
 */
const SHORTEST_BY_VALUE = 16;

/** The variables of a live app or job, of all of its containers, that are neither wanted nor were applied. */
export function foreignVariables(
  desired: JsonObject,
  applied: JsonObject | undefined,
  live: JsonObject,
): readonly ForeignVariable[] {
  const ours = applied === undefined ? [desired] : [desired, applied];
  return CONTAINERS.flatMap((list) =>
    members(jsonAt(live, `properties.template.${list}`)).flatMap((container) =>
      members(container.env).flatMap((variable): readonly ForeignVariable[] => {
        const { name, value, secretRef } = variable;
        if (typeof container.name !== 'string' || typeof name !== 'string') return [];
        const home = ['properties', 'template', list, memberSegment(container.name)];
        const path = [...home, 'env', memberSegment(name)];
        const isGoing = fieldAt(desired, home) === undefined && fieldAt(applied, home) !== undefined;
        if (isGoing || ours.some((body) => fieldAt(body, path) !== undefined)) return [];
        return [{ path, name, ...(isText(value) && { value }), ...(isText(secretRef) && { secretRef }) }];
      }),
    ),
  );
}

/**
 * The secret whose value a variable has in plain text: one of its own name (`JWT_SECRET` of `JWT-SECRET`), or of any name
 * when the value is long enough not to be there by chance. One that is part of a longer text is not found.
 *
 * @returns `unknown` names the secrets that it may be, where none is known to be it
 */
export function secretOf(
  { name, value }: ForeignVariable,
  values: SecretValues,
): { readonly known: string } | { readonly unknown: readonly string[] } {
  if (value === undefined) return { unknown: [] };
  const isNamed = (secret: string): boolean => folded(secret) === folded(name);
  const eligible = [...values.keys()].filter((secret) => isNamed(secret) || value.length >= SHORTEST_BY_VALUE);
  const inOrder = eligible.sort((a, b) => Number(isNamed(b)) - Number(isNamed(a)) || a.localeCompare(b));
  const mayBe = (secret: string, isWhole: boolean): boolean => {
    const expected = values.get(secret);
    if (expected?.isWhole !== isWhole) return false;
    return isWhole ? expected.text === value : value.startsWith(expected.text);
  };
  const known = inOrder.find((secret) => mayBe(secret, true));
  return known === undefined ? { unknown: inOrder.filter((secret) => mayBe(secret, false)) } : { known };
}

function folded(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
}

function members(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
