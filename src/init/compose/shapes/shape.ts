/**
 * What may stand at a place of a Compose file, in each of its forms; nothing at all may stand anywhere. Source of all shapes:
 * https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json
 */
export interface Shape {
  readonly isText?: true;
  /** Of a list. */
  readonly items?: Shape;
  /** Keys that have a meaning. */
  readonly keys?: Readonly<Record<string, Shape>>;
  /** Behind keys of the user's own. */
  readonly each?: Shape;
}

export const TEXT: Shape = { isText: true };
export const TEXTS: Shape = { items: TEXT };
/** One, or a list of them. */
export const TEXT_OR_LIST: Shape = { isText: true, items: TEXT };
/** `NAME: value`, or a list of `NAME=value`. */
export const VARIABLES: Shape = { items: TEXT, each: TEXT };
/** Options of others, by names of theirs. */
export const OPTIONS: Shape = { each: TEXT_OR_LIST };

export function keys<Key extends string>(...names: readonly Key[]): Readonly<Record<Key, Shape>> {
  return Object.fromEntries(names.map((name) => [name, TEXT])) as Record<Key, Shape>;
}
