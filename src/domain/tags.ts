import { isJsonObject, type JsonObject } from '../shared/json.ts';

const MANAGER = 'draftgenie-deploy';
const MANAGED_BY = 'managed-by';
const ENVIRONMENT = 'draftgenie-environment';
/** Set once, when a resource is made: tells a resource from an earlier one of the same name. */
const CREATED_BY = 'draftgenie-created-by';

const LIFE = 'draftgenie-life';

/** The tags of everything we make: the user's, then ours, which win. */
export function resourceTags(input: {
  readonly environment: string;
  readonly config: { readonly tags: Readonly<Record<string, string>> };
}): JsonObject {
  return { ...input.config.tags, ...ownerTags(input.environment) };
}

/** Whether a deployment sets the tag by itself. */
export function isOurTag(name: string): boolean {
  return [MANAGED_BY, ENVIRONMENT, CREATED_BY, LIFE].includes(name);
}

/** The two tags that make a resource or a secret ours. */
export function ownerTags(environment: string): Record<string, string> {
  return { [MANAGED_BY]: MANAGER, [ENVIRONMENT]: environment };
}

/** Which life of the environment a generated secret belongs to; environments that were never deleted have had but one. */
export function lifeTags(life: string | undefined): Record<string, string> {
  return life === undefined ? {} : { [LIFE]: life };
}

/**
 * Whether what carries the tags was made in a life before this one. Runs name lives, and their ids grow: what is of a later life was made
 * after the state that names this one, which is an older copy then.
 */
export function isOfEarlierLife(tags: unknown, life: string): boolean {
  const made = tagValue(tags, LIFE);
  return made === undefined || made < life;
}

/** The environment whose deployments made what carries the tags; undefined: somebody else did. */
export function environmentOfTags(tags: unknown): string | undefined {
  return tagValue(tags, MANAGED_BY) === MANAGER ? tagValue(tags, ENVIRONMENT) : undefined;
}

export function isOurs(tags: unknown, environment: string): boolean {
  return tagValue(tags, MANAGED_BY) === MANAGER && tagValue(tags, ENVIRONMENT) === environment;
}

/** Whose a resource is, as its tags tell. */
export type Mark = 'ours' | 'unmarked' | { readonly environment: string };

/** What carries another environment's tag is that environment's, whatever else its tags say. */
export function markOf(tags: unknown, environment: string): Mark {
  const named = tagValue(tags, ENVIRONMENT);
  if (named !== undefined && named !== environment) return { environment: named };
  return isOurs(tags, environment) ? 'ours' : 'unmarked';
}

/** The body with the mark of the run that makes it. */
export function withCreator(body: JsonObject, runId: string): JsonObject {
  return { ...body, tags: { ...(isJsonObject(body.tags) ? body.tags : {}), [CREATED_BY]: runId } };
}

/** Which run made the live resource; empty for what we only took over. A new value means a new, empty resource. */
export function incarnation(live: JsonObject): string {
  return tagValue(live.tags, CREATED_BY) ?? '';
}

/** Tag names are not case-sensitive on Azure. */
function tagValue(tags: unknown, name: string): string | undefined {
  if (!isJsonObject(tags)) return undefined;
  const found = Object.entries(tags).find(([key]) => key.toLowerCase() === name);
  return typeof found?.[1] === 'string' ? found[1] : undefined;
}
