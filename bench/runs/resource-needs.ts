import { isJsonObject, type Json } from '../../src/shared/json.ts';
import type { CloudState, StoredResource } from '../../src/simulator/store.ts';

/** What the body of a resource names, itself or by way of a secret. */
export interface Needs {
  /** ARM ids in lower case. */
  readonly ids: ReadonlySet<string>;
  /** Of the images that it runs. */
  readonly digests: ReadonlySet<string>;
}

/** What tells a resource in the text of another. */
interface Mark {
  readonly text: string;
  readonly id: string;
}

/** Shorter ones stand in texts by chance. */
const SHORTEST_MARK = 12;

/**
 * Who needs whom in a simulated cloud, by lower-case id: a body names another resource by its id, by an address or id that Azure made
 * up for it, or by a secret of a vault, whose value is read in the same way. Apps are not needed for their addresses, which are those
 * of their environment and known beforehand.
 */
export function needsOf(cloud: CloudState): ReadonlyMap<string, Needs> {
  const resources = Object.entries(cloud.resources);
  const marks = resources.flatMap(([id, resource]) => marksOf(id, resource, cloud));
  const secrets = secretTexts(cloud);
  return new Map(
    resources.map(([id, { body }]) => {
      const own = textsIn(body);
      const texts = [...own, ...own.flatMap((text) => secrets.get(text.toLowerCase()) ?? [])].map((text) =>
        text.toLowerCase(),
      );
      const named = marks.filter((mark) => mark.id !== id && texts.some((text) => text.includes(mark.text)));
      const digests = texts.flatMap((text) => /@(sha256:[0-9a-f]+)$/.exec(text)?.[1] ?? []);
      return [id, { ids: new Set(named.map((mark) => mark.id)), digests: new Set(digests) }];
    }),
  );
}

function marksOf(id: string, { type, extra }: StoredResource, { tenantId }: CloudState): readonly Mark[] {
  // A group is named by whatever lies in it, and by its grants nobody is named.
  if (/resourcegroups$|roleassignments$/i.test(type)) return [];
  const own: readonly Mark[] = [{ text: id, id }];
  if (/containerapps$/i.test(type)) return own;
  const { outputs } = extra;
  const made = isJsonObject(outputs) ? Object.values(outputs) : [];
  return [
    ...own,
    ...made.flatMap((value) =>
      typeof value === 'string' && value.length >= SHORTEST_MARK && value !== tenantId
        ? [{ text: value.toLowerCase(), id }]
        : [],
    ),
  ];
}

/** The values of secrets, by the address of each of their versions in lower case. */
function secretTexts({ resources, secrets }: CloudState): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(secrets).flatMap(([vault, store]) => {
      const outputs = resources[vault]?.extra.outputs;
      const uri = isJsonObject(outputs) ? String(outputs.vaultUri) : '';
      return Object.values(store).flatMap(({ name, versions }) =>
        versions.map(({ version, value }) => [`${uri}secrets/${name}/${version}`.toLowerCase(), value] as const),
      );
    }),
  );
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]);
}
