import { z } from 'zod';
import { suggestion } from '../../shared/suggestion.ts';
import { unwrapped } from './unwrapped-schema.ts';

export interface UnknownKey {
  readonly path: readonly string[];
  /** The key that was probably meant; searched for when it is asked for. */
  readonly suggestion: string | undefined;
}

/** Keys at the top that are the user's own, such as those that only hold anchors. */
export const FREE_KEY = /^x-/;

/** Keys that the schema does not know, with the nearest one that it does. */
export function unknownKeys(schema: z.ZodType, value: unknown, path: readonly string[] = []): readonly UnknownKey[] {
  const inner = withKeys(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((member, index) => unknownKeys(inner.element as z.ZodType, member, [...path, String(index)]));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const entries = Object.entries(value);
  if (inner instanceof z.ZodRecord) {
    return entries.flatMap(([key, child]) => unknownKeys(inner.valueType as z.ZodType, child, [...path, key]));
  }
  if (!(inner instanceof z.ZodObject)) return [];
  const shape = inner.shape as Readonly<Record<string, z.ZodType>>;
  return entries.flatMap(([key, child]) => {
    const known = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (path.length === 0 && FREE_KEY.test(key)) return [];
    return known
      ? unknownKeys(known, child, [...path, key])
      : [
          {
            path: [...path, key],
            get suggestion() {
              return suggestion(key, Object.keys(shape));
            },
          },
        ];
  });
}

/** Of alternatives the only one with keys. */
function withKeys(schema: z.ZodType): z.ZodType {
  const inner = unwrapped(schema);
  if (!(inner instanceof z.ZodUnion)) return inner;
  const objects = (inner.options as readonly z.ZodType[]).filter((option) => option instanceof z.ZodObject);
  return objects.length === 1 && objects[0] ? objects[0] : inner;
}
