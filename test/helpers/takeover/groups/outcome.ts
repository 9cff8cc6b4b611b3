import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import type { CloudState, StoredResource } from '../../../../src/simulator/store.ts';
import type { SimulatorRequest } from '../../cli.ts';
import { ofType } from '../takeover-outcome.ts';
import { SERVER } from './vary.ts';

/** Composed anew, with what they hold encoded; every other secret has no reason to be written again. */
const COMPOSED = ['database-url', 'redis-url'];
/** Removed once the deployment is healthy, of our own server. */
const OPEN_RULE = /\/firewallrules\/allowall$/i;
const CACHES = /^Microsoft\.Cache\/(?:redis|redisEnterprise)$/;

/** What held data is there as it was, and nothing was made in its place. */
export function lost(before: CloudState, after: CloudState, requests: readonly SimulatorRequest[]): readonly string[] {
  return [...deleted(requests), ...remade(before, after), ...otherLogins(before, after), ...lostSecrets(before, after)];
}

function deleted(requests: readonly SimulatorRequest[]): readonly string[] {
  return requests
    .filter(({ method, path }) => method === 'DELETE' && !OPEN_RULE.test(path))
    .map(({ path }) => `DELETE ${path}`);
}

function remade(before: CloudState, after: CloudState): readonly string[] {
  const gone = Object.entries(before.resources).filter(
    ([id, { createdAt }]) => !OPEN_RULE.test(id) && after.resources[id]?.createdAt !== createdAt,
  );
  const caches = ({ resources }: CloudState): readonly string[] =>
    Object.entries(resources).flatMap(([id, { type }]) => (CACHES.test(type) ? [id] : []));
  const had = caches(before);
  const added = had.length === 0 ? [] : caches(after).filter((id) => !had.includes(id));
  return [
    ...gone.map(([id]) => `${id} is not the resource that it was`),
    ...added.map((id) => `a second cache: ${id}`),
  ];
}

function otherLogins(before: CloudState, after: CloudState): readonly string[] {
  const login = (server: StoredResource | undefined): string =>
    JSON.stringify([jsonAt(server?.body ?? {}, 'properties.administratorLogin'), server?.extra.password]);
  return ofType(before.resources, SERVER).flatMap((server) =>
    login(server) === login(after.resources[server.id.toLowerCase()]) ? [] : [`${server.name} has another login`],
  );
}

function lostSecrets(before: CloudState, after: CloudState): readonly string[] {
  return Object.entries(before.secrets).flatMap(([vault, secrets]) =>
    Object.entries(secrets).flatMap(([name, { versions }]) => {
      const now = after.secrets[vault]?.[name]?.versions ?? [];
      const kept = now.slice(0, versions.length);
      const isKept = JSON.stringify(kept) === JSON.stringify(versions);
      const isSame = COMPOSED.includes(name) || now.length === versions.length;
      return isKept && isSame ? [] : [`the secret ${name} of ${vault} is not what it was`];
    }),
  );
}

/** Ids of what is not ours and is not as it was. @param foreign parts of lower-case ids */
export function touched(before: CloudState, after: CloudState, foreign: readonly string[]): readonly string[] {
  const body = (one: { readonly body: JsonObject } | undefined): string => JSON.stringify(one?.body);
  return Object.entries(before.resources).flatMap(([id, resource]) =>
    foreign.some((part) => id.includes(part)) && body(resource) !== body(after.resources[id]) ? [id] : [],
  );
}

/** Fields that are not as they were. @param stays end of a lower-case id → paths of its body */
export function changedFields(
  before: CloudState,
  after: CloudState,
  stays: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  return Object.entries(stays).flatMap(([end, paths]) => {
    const id = Object.keys(before.resources).find((known) => known.endsWith(end));
    if (id === undefined) return [`there was no ${end}`];
    const at = ({ resources }: CloudState, path: string): string =>
      JSON.stringify(jsonAt(resources[id]?.body ?? {}, path));
    return paths.flatMap((path) => {
      if (at(before, path) === undefined) return [`${end} had no ${path}`];
      return at(before, path) === at(after, path) ? [] : [`${end} ${path}: ${at(before, path)} → ${at(after, path)}`];
    });
  });
}
