import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { refuse } from '../refusal.ts';
import type { World } from '../world.ts';
import { type ArmReply, type ArmRequest, ok, refused } from './message.ts';

/**
 * `/subscriptions/{id}/tagNames`: every tag that is used or was defined beforehand, with its values
 * (https://learn.microsoft.com/rest/api/resources/tags/list).
 *
 * @param rest of the path, from the subscription on
 */
export function answerTagNames(world: World, { method }: ArmRequest, rest: string): ArmReply | undefined {
  const [path, name, value] = /^\/tagNames(?:\/([^/]+)(?:\/tagValues\/([^/]+))?)?\/?$/i.exec(rest) ?? [];
  if (path === undefined) return undefined;
  const used = usedTags(world);
  if (name === undefined) return method === 'GET' ? ok({ value: all(world, used) }) : undefined;
  const { tagNames } = world.state;
  if (method === 'PUT') return define(world, used, name, value);
  if (method !== 'DELETE') return undefined;
  const uses = used.get(name) ?? new Map<string, number>();
  if (value === undefined ? uses.size > 0 : uses.has(value)) {
    return refused(refuse(409, 'TagNameInUse', `The tag '${name}' is in use and cannot be deleted.`));
  }
  const defined = tagNames[name];
  if (value === undefined) delete tagNames[name];
  else if (defined) tagNames[name] = defined.filter((one) => one !== value);
  return { status: defined ? 200 : 204 };
}

function define(world: World, used: UsedTags, name: string, value: string | undefined): ArmReply {
  const { tagNames } = world.state;
  const before = tagNames[name];
  const isNew = value === undefined ? before === undefined : !before?.includes(value);
  if (value !== undefined && before === undefined && !used.has(name)) {
    return refused(refuse(404, 'TagNameNotFound', `The tag '${name}' could not be found.`));
  }
  tagNames[name] = [...new Set([...(before ?? []), ...(value === undefined ? [] : [value])])];
  const body = value === undefined ? tagView(world, used, name) : valueView(world, used, name, value);
  return ok(body, isNew ? 201 : 200);
}

type UsedTags = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Name → value → how often. */
function usedTags(world: World): UsedTags {
  const used = new Map<string, Map<string, number>>();
  for (const { body } of Object.values(world.state.resources)) {
    for (const [name, value] of Object.entries(isJsonObject(body.tags) ? body.tags : {})) {
      const values = used.get(name) ?? new Map<string, number>();
      used.set(name, values.set(String(value), (values.get(String(value)) ?? 0) + 1));
    }
  }
  return used;
}

function all(world: World, used: UsedTags): JsonObject[] {
  const names = new Set([...used.keys(), ...Object.keys(world.state.tagNames)]);
  return [...names].toSorted().map((name) => tagView(world, used, name));
}

function tagView(world: World, used: UsedTags, name: string): JsonObject {
  const uses = used.get(name) ?? new Map<string, number>();
  const values = new Set([...uses.keys(), ...(world.state.tagNames[name] ?? [])]);
  return {
    id: `/subscriptions/${world.state.subscriptionId}/tagNames/${name}`,
    tagName: name,
    count: { type: 'Total', value: [...uses.values()].reduce((sum, count) => sum + count, 0) },
    values: [...values].map((value) => valueView(world, used, name, value)),
  };
}

function valueView(world: World, used: UsedTags, name: string, value: string): JsonObject {
  return {
    id: `/subscriptions/${world.state.subscriptionId}/tagNames/${name}/tagValues/${value}`,
    tagValue: value,
    count: { type: 'Total', value: used.get(name)?.get(value) ?? 0 },
  };
}
