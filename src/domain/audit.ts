import { z } from 'zod';

/** What was asked for, by whom, and what came of it. Members that later versions add are passed over. */
export const auditEntrySchema = z.object({
  /** A ULID: later entries have greater ones. */
  id: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** As far as it is known: a principal that something vouches for, a key by its name, or `user@host` of a command. */
  by: z.string(),
  /** The address that the host saw; `command` of a command that reads the storage itself, `upload` of a configuration. */
  from: z.string(),
  /** The name of the route, as commands that do the same call it, too. */
  operation: z.string(),
  environment: z.string(),
  runId: z.string().nullable(),
  /** `done`, or the code of the error. */
  outcome: z.string(),
});
export type AuditEntry = Readonly<z.infer<typeof auditEntrySchema>>;

/** It was done, or begun. */
export const DONE = 'done';
