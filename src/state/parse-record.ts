import { z } from 'zod';
import { UserError } from '../shared/errors.ts';
import { MAX_JSON_DEPTH, nestsDeeperThan } from '../shared/json-depth.ts';

/**
 * Reads one record of a run: a document, or a line of its events.
 * @param location for people: the file or blob, with the place in it
 * @throws UserError `record_corrupt` that names the place
 */
export function parseRecord<T>(text: string, parse: (value: unknown) => T, location: string): T {
  if (nestsDeeperThan(text, MAX_JSON_DEPTH)) throw corrupt(location, `it nests deeper than ${MAX_JSON_DEPTH} levels`);
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw corrupt(location, reasonOf(cause), cause);
  }
}

function corrupt(location: string, reason: string, cause?: unknown): UserError {
  return new UserError(`The record ${location} cannot be read: ${reason}.`, {
    code: 'record_corrupt',
    hint: 'It was left as it is. Put a copy back or remove it; a new run goes on from the state and from Azure alone.',
    cause,
  });
}

const MAX_REASON_LENGTH = 300;

/** The first member that is wrong, or what else is the matter. */
function reasonOf(cause: unknown): string {
  const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
  const text = issue ? `${issue.path.join('.') || 'the document'}: ${issue.message}` : (cause as Error).message;
  return text.replaceAll(/\s+/g, ' ').slice(0, MAX_REASON_LENGTH);
}
