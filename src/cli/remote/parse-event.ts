import { type RunEvent, runEventSchema } from '../../domain/events.ts';
import { UserError } from '../../shared/errors.ts';

/** A newer app may tell events that this version does not know; they are passed over. */
export function parseEvent(data: string): RunEvent | undefined {
  const value = JSON.parse(data) as { type?: unknown };
  const parsed = runEventSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const known = runEventSchema.options.some(({ shape }) => shape.type.value === value.type);
  if (!known) return undefined;
  throw new UserError(`The app told an event that this version does not understand: ${String(value.type)}.`, {
    code: 'remote_incompatible',
    hint: 'Use the version of the command line that belongs to the app.',
    cause: parsed.error,
  });
}
