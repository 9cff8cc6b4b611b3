import { type EnvironmentState, emptyState, environmentStateSchema, STATE_VERSION } from '../domain/state.ts';
import { UserError } from '../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../shared/json.ts';
import { MAX_JSON_DEPTH, nestsDeeperThan } from '../shared/json-depth.ts';
import { isOriginalState, migrateState } from './migrate.ts';
import type { ParsedState } from './parsed-state.ts';

/**
 * Reads a state document of any version we know.
 * @param text undefined: there is no document yet.
 * @throws UserError `state_corrupt`, `state_newer` or `state_foreign`, naming the document and the way back.
 */
export function parseState(text: string | undefined, environment: string, location: string): ParsedState {
  if (text === undefined) return { state: emptyState(environment), warnings: [] };
  if (nestsDeeperThan(text, MAX_JSON_DEPTH)) throw corrupt(location, `it nests deeper than ${MAX_JSON_DEPTH} levels`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw corrupt(location, `it is not JSON (${(cause as Error).message})`, cause);
  }
  if (!isJsonObject(document)) throw corrupt(location, 'it is not a JSON object');
  return stateOf(document, environment, location);
}

/** The same of a document that is no text any more, e.g. part of another. */
export function stateOf(document: JsonObject, environment: string, location: string): ParsedState {
  if (isOriginalState(document)) return migrateState(document, environment);
  if (document.version !== STATE_VERSION) throw newer(location, document.version);
  const parsed = environmentStateSchema.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw corrupt(location, `${issue?.path.join('.') || 'the document'}: ${issue?.message}`, parsed.error);
  }
  if (parsed.data.environment !== environment) {
    throw new UserError(
      `The state ${location} belongs to the environment ${parsed.data.environment}, not ${environment}.`,
      {
        code: 'state_foreign',
        hint: 'Name another file with advanced.state_file, or use --environment.',
      },
    );
  }
  return { state: parsed.data, warnings: [] };
}

/** The document, or undefined when it cannot be read: replacing it is what was asked for. */
export function readableState(
  text: string | undefined,
  environment: string,
  location: string,
): EnvironmentState | undefined {
  try {
    return text === undefined ? undefined : parseState(text, environment, location).state;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function corrupt(location: string, reason: string, cause?: unknown): UserError {
  return new UserError(`The state ${location} cannot be read: ${reason}.`, {
    code: 'state_corrupt',
    hint: 'It was left as it is. Put a copy back (<file>.*.bak), or keep a copy and start fresh with: draftgenie-deploy state reset',
    cause,
  });
}

function newer(location: string, version: unknown): UserError {
  return new UserError(
    `The state ${location} has version ${JSON.stringify(version)}; this program knows up to ${STATE_VERSION}.`,
    {
      code: 'state_newer',
      hint: 'It was left as it is. Use a newer draftgenie-deploy, or keep a copy and start fresh with: draftgenie-deploy state reset',
    },
  );
}
