import { z } from 'zod';
import { unwrapped } from '../unwrapped-schema.ts';

/** The schema of a member of what a schema describes: by its key, its place in a list, or the user's own name. */
export function memberSchema(schema: z.ZodType | undefined, key: string): z.ZodType | undefined {
  const inner = schema && unwrapped(schema);
  if (inner instanceof z.ZodObject) {
    const shape = inner.shape as Readonly<Record<string, z.ZodType>>;
    return Object.hasOwn(shape, key) ? shape[key] : undefined;
  }
  if (inner instanceof z.ZodRecord) return inner.valueType as z.ZodType;
  if (inner instanceof z.ZodArray) return inner.element as z.ZodType;
  if (!(inner instanceof z.ZodUnion)) return undefined;
  for (const option of inner.options as readonly z.ZodType[]) {
    const found = memberSchema(option, key);
    if (found) return found;
  }
  return undefined;
}

/** Whether it has several forms with keys, which say different things: `{secret: …}` or `{service: …}`. */
export function hasForms(schema: z.ZodType | undefined): boolean {
  const inner = schema && unwrapped(schema);
  if (!(inner instanceof z.ZodUnion)) return false;
  return (inner.options as readonly z.ZodType[]).filter((option) => option instanceof z.ZodObject).length > 1;
}

/** Whether it is a list of what has a name by itself, such as containers. */
export function isNamedList(schema: z.ZodType | undefined): boolean {
  const inner = schema && unwrapped(schema);
  if (!(inner instanceof z.ZodArray)) return false;
  const element = unwrapped(inner.element as z.ZodType);
  return element instanceof z.ZodObject && Object.hasOwn(element.shape, 'name');
}
