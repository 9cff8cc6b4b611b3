import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { refuse } from '../refusal.ts';
import { schemaProblems } from '../schemas.ts';
import type { World } from '../world.ts';
import { notFound } from './lifecycle.ts';
import { lockProblem } from './locks.ts';
import { type ArmReply, type ArmRequest, objectBody, ok, refused } from './message.ts';
import { mergeTagNames, tagsProblem } from './tags.ts';

const TAGS_TYPE = 'Microsoft.Resources/tags';

/**
 * `…/providers/Microsoft.Resources/tags/default` of a subscription, group or resource: its tags and nothing else
 * (https://learn.microsoft.com/rest/api/resources/tags). Undefined for other addresses.
 */
export function answerTags(world: World, request: ArmRequest): ArmReply | undefined {
  const [, scope] =
    /^(\/subscriptions\/.+)\/providers\/Microsoft\.Resources\/tags\/default\/?$/i.exec(request.path) ?? [];
  if (scope === undefined) return undefined;
  const place = tagsAt(world, scope);
  if (!place) return refused(notFound(scope));
  if (request.method === 'GET') return ok(view(scope, place.read()));
  const locked = lockProblem(world, request.method, TAGS_TYPE, scope);
  if (locked) return refused(locked);
  if (request.method === 'DELETE') {
    place.write({});
    return { status: 200 };
  }
  const sent = objectBody(request.body) ?? {};
  const tags = isJsonObject(sent.properties) && isJsonObject(sent.properties.tags) ? sent.properties.tags : {};
  const wrong = schemaProblems(TAGS_TYPE, { properties: { tags } }) ?? [];
  if (wrong.length > 0) return refused(refuse(400, 'InvalidTagValue', `The tags are invalid: ${wrong.join('; ')}.`));
  const changed = request.method === 'PUT' ? tags : changedTags(place.read(), tags, sent.operation);
  if (!changed)
    return refused(refuse(400, 'InvalidTagPatchOperation', 'The operation must be Replace, Merge or Delete.'));
  const problem = tagsProblem({ tags: changed });
  if (problem) return refused(problem);
  const { tags: kept } = mergeTagNames({ tags: changed }, { tags: place.read() });
  place.write(isJsonObject(kept) ? kept : {});
  return ok(view(scope, place.read()));
}

/** What `PATCH` makes of tags: `Merge` and `Replace` write, `Delete` takes those away that have the given value. */
function changedTags(present: JsonObject, given: JsonObject, operation: unknown): JsonObject | undefined {
  switch (String(operation).toLowerCase()) {
    case 'merge':
      return { ...present, ...given };
    case 'replace':
      return given;
    case 'delete':
      return Object.fromEntries(Object.entries(present).filter(([name, value]) => given[name] !== value));
    default:
      return undefined;
  }
}

interface Tagged {
  read(): JsonObject;
  write(tags: JsonObject): void;
}

function tagsAt(world: World, scope: string): Tagged | undefined {
  const { state } = world;
  if (scope.toLowerCase() === `/subscriptions/${state.subscriptionId}`) {
    return {
      read: () => state.subscriptionTags,
      write: (tags) => {
        state.subscriptionTags = tags;
      },
    };
  }
  const resource = world.resource(scope);
  if (!resource) return undefined;
  return {
    read: () => (isJsonObject(resource.body.tags) ? resource.body.tags : {}),
    write: (tags) => {
      resource.body = { ...resource.body, tags };
      resource.updatedAt = new Date(world.now()).toISOString();
    },
  };
}

function view(scope: string, tags: JsonObject): JsonObject {
  return {
    id: `${scope}/providers/Microsoft.Resources/tags/default`,
    name: 'default',
    type: TAGS_TYPE,
    properties: { tags },
  };
}
