import { z } from 'zod';

/** Something wrong at a place of the request: of the configuration, the query or the body. */
export const requestProblemSchema = z.object({
  /** Dotted path of the configuration, or the name of the option. */
  path: z.string(),
  message: z.string(),
  /** 1-based; of the configuration's text. */
  line: z.number().optional(),
  column: z.number().optional(),
  /** Where it is not in the configuration itself: the overlay. */
  file: z.string().optional(),
});
export type RequestProblem = z.infer<typeof requestProblemSchema>;

export const lockViewSchema = z.object({
  runId: z.string(),
  holder: z.string(),
  acquiredAt: z.string(),
  /** The step that wrote last; null at the run's start. */
  step: z.string().nullable(),
  /** When the holder counts as gone unless it has written again. */
  wakeBy: z.string(),
});
export type LockView = z.infer<typeof lockViewSchema>;

/** Problem details of RFC 9457, the body of every answer that is an error. */
export const problemSchema = z
  .object({
    /** `about:blank`, or a URI reference that names the kind: `/problems/<code>`. */
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    /** Stable identifier, e.g. `config_invalid`. */
    code: z.string(),
    /** What to do next; one sentence. */
    hint: z.string().optional(),
    problems: z.array(requestProblemSchema).optional(),
    /** Who holds the environment, when that is the reason. */
    lock: lockViewSchema.nullish(),
  })
  .meta({ title: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
