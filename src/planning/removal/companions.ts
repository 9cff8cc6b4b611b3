import { AzureError } from '../../azure/errors.ts';
import type { Arm, ArmResource } from '../../azure/ports.ts';
import { groupOf, isBelow, nameOf } from '../../domain/ids.ts';
import type { PlannedResource } from '../../domain/plan-schema.ts';
import { namedIds } from '../../domain/removal/named-ids.ts';
import { markOf } from '../../domain/tags.ts';
import { settleAll } from '../../engine/settle.ts';
import type { Companion, ResourceKind } from '../../resources/kind.ts';
import { companionOf } from '../../resources/registry.ts';
import { RESOURCE_GROUP } from '../../resources/resource-group.ts';
import { scalarText } from '../../shared/json.ts';

/** Something in the group that Azure makes by itself for a kind of ours, and what decides about it. */
export interface FoundCompanion {
  readonly live: ArmResource;
  readonly type: string;
  readonly kind: Pick<ResourceKind, 'type' | 'companions'>;
  readonly companion: Companion;
  /** Ids of resources of the kind that are there, of those that are in its group or for which it was made. */
  readonly owners: readonly string[];
  /** Bodies of what may live by it; `unreadable`: not all of it may be read. */
  readonly users: readonly ArmResource[] | 'unreadable';
}

/**
 * Reads what Azure may have made: what is listed, of such a type, and not another environment's. What may not be read stays what
 * it was without.
 *
 * @param listed all members of the groups
 */
export async function findCompanions(
  arm: Pick<Arm, 'get' | 'list'>,
  listed: readonly ArmResource[],
  environment: string,
): Promise<readonly FoundCompanion[]> {
  const found = await settleAll(
    listed.map(async (one): Promise<readonly FoundCompanion[]> => {
      const type = scalarText(one.type);
      const known = companionOf(type);
      if (!known || typeof markOf(one.tags, environment) === 'object') return [];
      const live = await unlessRefused(() => arm.get(one.id, known.companion.apiVersion));
      const madeFor = live && known.companion.madeFor(live);
      if (live === undefined || madeFor === undefined) return [];
      const beside = listed.filter((other) => isSame(scalarText(other.type), known.kind.type) && isBeside(other, one));
      const asked = madeFor === 'any' ? beside.map(({ id }) => id) : [madeFor];
      const owners = await settleAll(asked.map(async (id) => ((await isThere(arm, id, known.kind)) ? [id] : [])));
      return [{ ...known, live, type, owners: owners.flat(), users: await usersOf(arm, known.companion, live.id) }];
    }),
  );
  return found.flat();
}

/**
 * The lines with those of companions decided: one goes after what it was made for, or with the group where that is gone already.
 * It stays where something that stays is what it was made for, or names it.
 */
export function withCompanions(
  lines: readonly PlannedResource[],
  found: readonly FoundCompanion[],
): readonly PlannedResource[] {
  const place = ({ kind, companion }: FoundCompanion): number => kind.companions?.indexOf(companion) ?? 0;
  const ordered = found.toSorted((a, b) => place(a) - place(b));
  return ordered.reduce((decided, one) => {
    const line = lineOf(one, decided);
    const others = decided.filter(({ id }) => !isSame(id, one.live.id));
    return line === undefined ? decided : [...others, line];
  }, lines);
}

function lineOf(one: FoundCompanion, lines: readonly PlannedResource[]): PlannedResource | undefined {
  const { live, type, kind, companion, owners, users } = one;
  const madeFor = companion.madeFor(live);
  const base = { key: nameOf(live.id), id: live.id, type };
  const isGoing = ({ action }: PlannedResource): boolean => action === 'delete';
  const going = lines.filter(
    (line) =>
      isGoing(line) &&
      isSame(line.type, kind.type) &&
      (madeFor === 'any' ? isBeside(line, live) : isSame(line.id, madeFor ?? '')),
  );
  const isOrphan = going.length === 0 && owners.length === 0;
  if (isOrphan && !(isInGroupThatGoes(lines, live) && (madeFor === 'any' || isBeside({ id: madeFor ?? '' }, live)))) {
    return undefined;
  }
  const origin = isOrphan
    ? 'made by Azure, with what is gone'
    : `made by Azure with ${going.map(({ key }) => key).join(', ')}`;
  const staying = owners.filter((id) => !going.some((line) => isSame(line.id, id)));
  if (staying.length > 0)
    return going.length === 0 ? undefined : keep(base, `${origin}, and ${staying.map(nameOf).join(', ')}, which stays`);
  if (users === 'unreadable') return keep(base, `${origin}; it may not be seen who else needs it`);
  const named = users.filter(({ id }) => !isSame(id, live.id));
  const others = named.filter(({ id }) => !lines.some((line) => isGoing(line) && isSame(line.id, id)));
  if (others.length > 0)
    return keep(base, `${origin}; ${others.map(({ id }) => nameOf(id)).join(', ')}, which stays, needs it`);
  const before = lines.filter((line) => named.some(({ id }) => isSame(line.id, id)));
  return { ...base, action: 'delete', reason: origin, after: [...going, ...before].map(({ key }) => key) };
}

function keep(base: Pick<PlannedResource, 'key' | 'id' | 'type'>, reason: string): PlannedResource {
  return { ...base, action: 'keep', reason };
}

/** Nothing else stays in it. */
function isInGroupThatGoes(lines: readonly PlannedResource[], { id }: ArmResource): boolean {
  const group = lines.find((line) => line.type === RESOURCE_GROUP.type && isBelow(id, line.id));
  const others = lines.filter((line) => group && isBelow(line.id, group.id) && !companionOf(line.type));
  return group?.action === 'delete' && others.every(({ action }) => action === 'delete');
}

/** What names it, of all that may. */
async function usersOf(arm: Pick<Arm, 'list'>, { namedBy }: Companion, id: string): Promise<FoundCompanion['users']> {
  const subscription = id.split('/').slice(0, 3).join('/');
  const lists = await settleAll(
    namedBy(subscription).map(async ({ path, apiVersion }) => await unlessRefused(() => listed(arm, path, apiVersion))),
  );
  if (lists.includes(undefined)) return 'unreadable';
  return lists.flatMap((members) => (members ?? []).filter((one) => namedIds(one).some((named) => isSame(named, id))));
}

/** Of a provider that the subscription has not registered there is nothing. */
async function listed(arm: Pick<Arm, 'list'>, path: string, apiVersion: string): Promise<readonly ArmResource[]> {
  try {
    return await arm.list(path, apiVersion);
  } catch (error) {
    const isNone =
      error instanceof AzureError && (error.statusCode === 404 || error.code === 'MissingSubscriptionRegistration');
    if (isNone) return [];
    throw error;
  }
}

async function isThere(arm: Pick<Arm, 'get'>, id: string, { apiVersion }: ResourceKind): Promise<boolean> {
  const answer = await unlessRefused(async () => (await arm.get(id, apiVersion)) ?? 'gone');
  return answer !== 'gone';
}

/** Undefined where it may not be read. */
async function unlessRefused<Answer>(read: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AzureError && error.statusCode === 403) return undefined;
    throw error;
  }
}

function isBeside(one: { readonly id: string }, other: { readonly id: string }): boolean {
  return isSame(groupOf(one.id), groupOf(other.id));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
