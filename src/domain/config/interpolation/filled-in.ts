import type { z } from 'zod';
import { isJsonObject, type Json } from '../../../shared/json.ts';
import type { RuleProblem } from '../rules/rule.ts';
import { memberSchema } from '../schema/schema-members.ts';
import { FREE_KEY } from '../unknown-keys.ts';
import { fillText, type Lookup } from './template.ts';

/** A value of the configuration that variables, or outputs of others, decide. */
export interface FilledValue {
  readonly path: readonly string[];
  readonly variables: readonly string[];
  readonly text: string;
}

/** What a text becomes; undefined: it stays as it is written. */
export type Filler = (
  text: string,
  path: readonly string[],
) =>
  | {
      readonly text: string;
      /** The same with its own type, where it is the whole of it. */
      readonly value?: Json;
      /** What was filled in, by name. */
      readonly names: readonly string[];
      readonly problems: readonly string[];
    }
  | undefined;

/** Fills variables in as Compose does. */
export function variableFiller(lookup: Lookup): Filler {
  return (written) => {
    const { text, variables, problems } = fillText(written, lookup);
    return { text, names: variables, problems };
  };
}

export interface FilledIn {
  readonly value: unknown;
  /** The same, with every scalar as it stands in the file, or in the variable. */
  readonly texts: unknown;
  readonly filled: readonly FilledValue[];
  readonly problems: readonly RuleProblem[];
}

/** The configuration with its values filled in; keys, and what only holds anchors, stay as they are. */
export function filledIn(value: unknown, texts: unknown, schema: z.ZodType, filler: Filler): FilledIn {
  const filling = new Filling(filler);
  const done = filling.fill({ value, texts }, schema, []);
  return { ...done, filled: filling.filled, problems: filling.problems };
}

interface Pair {
  readonly value: unknown;
  readonly texts: unknown;
}

class Filling {
  readonly filled: FilledValue[] = [];
  readonly problems: RuleProblem[] = [];
  readonly #filler: Filler;

  constructor(filler: Filler) {
    this.#filler = filler;
  }

  fill(pair: Pair, schema: z.ZodType | undefined, path: readonly string[]): Pair {
    const { value, texts } = pair;
    if (typeof value === 'string') return value.includes('$') ? this.#text(value, schema, path) : pair;
    if (Array.isArray(value)) {
      const pairs = value.map((one: unknown, index) =>
        this.fill({ value: one, texts: (texts as unknown[])[index] }, memberSchema(schema, String(index)), [
          ...path,
          String(index),
        ]),
      );
      return { value: pairs.map((one) => one.value), texts: pairs.map((one) => one.texts) };
    }
    if (!isJsonObject(value)) return pair;
    const members = Object.entries(value).map(([key, one]) => {
      const member = { value: one, texts: (texts as Record<string, unknown>)[key] };
      const isFree = path.length === 0 && FREE_KEY.test(key);
      return [key, isFree ? member : this.fill(member, memberSchema(schema, key), [...path, key])] as const;
    });
    return {
      value: Object.fromEntries(members.map(([key, one]) => [key, one.value])),
      texts: Object.fromEntries(members.map(([key, one]) => [key, one.texts])),
    };
  }

  #text(written: string, schema: z.ZodType | undefined, path: readonly string[]): Pair {
    const done = this.#filler(written, path);
    if (!done) return { value: written, texts: written };
    const { text, value, names, problems } = done;
    this.problems.push(...problems.map((message) => ({ path, message })));
    if (names.length === 0) return { value: text, texts: text };
    this.filled.push({ path, variables: names, text });
    if (value !== undefined && typeof value === 'object') return { value, texts: value };
    const isOfItsType = value !== undefined && schema?.safeParse(value).success !== false;
    return { value: isOfItsType ? value : asKindOf(schema, text), texts: text };
  }
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/** A variable is a text: where the schema takes none it is the number, or the truth value, that the text says, as in Compose. */
function asKindOf(schema: z.ZodType | undefined, text: string): unknown {
  const refused = schema?.safeParse(text).error?.issues[0]?.code;
  if (refused !== 'invalid_type' && refused !== 'invalid_union') return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return NUMBER.test(text) ? Number(text) : text;
}
