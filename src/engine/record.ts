import { z } from 'zod';

/** Who may read a record besides the run that wrote it. */
type RecordScope =
  /** Nobody: what this run has done and told, and since when it waits. */
  | 'run'
  /** Also the run that takes over: what Azure is still doing, and what must not be done twice. */
  | 'inherited';

/**
 * One kind of thing that a step remembers between its calls. Never holds a secret: memories are stored as they are.
 * `Member` is `[]` for a record there is one of in each step, and `[member: string]` for one of many.
 */
export interface RecordDefinition<Value, Member extends readonly string[]> {
  readonly scope: RecordScope;
  readonly schema: z.ZodType<Value>;
  /** Under which the value is stored: `build:api_gateway`. */
  key(...member: Member): string;
  /** Whether there is something for a successor to go on with; always, unless the definition says otherwise. */
  isOpen(value: Value): boolean;
}

interface RecordOptions<Value> {
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  readonly scope: RecordScope;
  readonly isOpen?: (value: Value) => boolean;
}

/** A record there is one of in each step. */
export function defineRecord<Value>({ name, ...options }: RecordOptions<Value>): RecordDefinition<Value, []> {
  return { isOpen: () => true, ...options, key: () => name };
}

/** A record for each of several things, e.g. for each service. */
export function defineRecords<Value>({
  name,
  ...options
}: RecordOptions<Value>): RecordDefinition<Value, [member: string]> {
  return { isOpen: () => true, ...options, key: (member) => `${name}:${member}` };
}

/** For records that say nothing but that something was done. Runs of version 0.1 wrote their id instead. */
export const doneSchema: z.ZodType<true> = z.union([z.literal(true), z.string().transform(() => true as const)]);
