import { AzureError } from '../../azure/errors.ts';
import type { ArmResource, Azure } from '../../azure/ports.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { isPreservedChild } from '../../domain/config/preserve.ts';
import { groupOf, isBelow, isExtension, nameOf } from '../../domain/ids.ts';
import { isUnder } from '../../domain/left-behind.ts';
import { requireSamePlace } from '../../domain/place.ts';
import type { Plan, PlannedResource } from '../../domain/plan-schema.ts';
import { type Candidate, decideRemoval, reasonOfStranger } from '../../domain/removal/removal-decision.ts';
import type { DestroyOptions } from '../../domain/run.ts';
import type { EnvironmentState, ResourceRecord } from '../../domain/state.ts';
import { templateMaking } from '../../domain/templates/template-key.ts';
import { unacknowledged } from '../../domain/warnings/warning-codes.ts';
import { readResource } from '../../engine/live-resource.ts';
import type { Services } from '../../engine/services.ts';
import { settleAll } from '../../engine/settle.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import { kindOf, kindOfRecord, RESOURCE_KINDS } from '../../resources/registry.ts';
import { RESOURCE_GROUP } from '../../resources/resource-group.ts';
import { UserError } from '../../shared/errors.ts';
import { hashJson, jsonAt, scalarText } from '../../shared/json.ts';
import { mapLimited } from '../../shared/map-limited.ts';
import { READS_AT_A_TIME } from '../live-resources.ts';
import { type FoundCompanion, findCompanions, withCompanions } from './companions.ts';
import { deletionBars } from './deletion-bars.ts';
import { type Bodies, withNeeded } from './needed.ts';
import { type PlannedDump, planDump } from './plan-dump.ts';
import { type Seen, standing, versionOf } from './removal-lines.ts';
import type { RemovalRequest } from './removal-request.ts';

/**
 * What a deletion takes and what it leaves, and why. What the state knows is looked at; what is in the group besides is told.
 * Writes nothing.
 *
 * @throws UserError `not_left_behind`, `state_foreign`, `nothing_to_dump`
 */
export async function planRemoval(services: Services, request: RemovalRequest): Promise<Plan> {
  const { environment, config, destroy, state } = request;
  const records = recordsOf(state, destroy);
  if (state.subscription_id !== null && records.length > 0) {
    const { subscriptionId = state.subscription_id, resourceGroup } = config.azure;
    requireSamePlace(state, { subscriptionId, resourceGroup });
  }
  const azure = await services.azure(config);
  const ids = records.map(({ record: { id } }) => id);
  // A grant of ours may be on something of others, and a record in their zone: that is no place of ours.
  const own = groupsOf(
    records.flatMap(({ record: { id, type } }) => (isExtension(id) || kindOf(type)?.claim ? [] : [id])),
  );
  const groups = [...new Set([...own, ...groupsOf(ids)])];
  const listed = (await settleAll(own.map(async (group) => await membersOf(azure, group)))).flat();
  const known = [...records, ...included(listed, records, request)];
  const seen = await look(azure, known, listed, request);
  const strange = destroy.leftBehind === null ? strangers(listed, known, environment) : [];
  const needed = withNeeded(
    [...decideAll(seen, request, services.clock.now()), ...strange],
    await bodiesOf(azure, seen, strange),
  );
  const companions = await findCompanions(
    azure.arm,
    listed.filter(({ id }) => !known.some(({ record }) => isSame(record.id, id))),
    environment,
  );
  const decided = withGroups(withCompanions(needed, companions), seen, listed);
  const dump =
    destroy.dumpTo === undefined
      ? NO_DUMP
      : await planDump(azure, request, { asked: destroy.dumpTo, lines: decided, seen });
  const resources = [...decided, ...dump.lines];
  const doomed = resources.filter(({ action, goesWith }) => action === 'delete' && goesWith === undefined);
  const obstacles = await deletionBars(
    azure.arm,
    groups,
    doomed.map(({ id, type }) => ({ id, type: policyType(type), body: bodyOf(seen, companions, id) })),
  );
  const content = {
    environment,
    ...targetOf(groups, config),
    removal: {
      leftBehind: destroy.leftBehind,
      deletesData: resources.some(({ action, data }) => action === 'delete' && data !== undefined),
      ...(dump.dump && { dump: dump.dump }),
    },
    steps: [],
    resources: [...obstacles.bars, ...resources],
    warnings: unacknowledged([...obstacles.warnings, ...dump.warnings], config.acknowledge),
    unseen: [...obstacles.unseen, ...dump.unseen],
    criticalPath: [],
  };
  return { ...content, digest: hashJson(content) };
}

const NO_DUMP: PlannedDump = { lines: [], warnings: [], unseen: [] };

function groupsOf(ids: readonly string[]): readonly string[] {
  return [...new Map(ids.map((id) => [groupOf(id).toLowerCase(), groupOf(id)])).values()];
}

interface Recorded {
  readonly name: string;
  readonly record: ResourceRecord;
}

/** Everything that the state knows, or one thing that was left behind and what lies below it. */
function recordsOf(state: EnvironmentState, { leftBehind }: DestroyOptions): readonly Recorded[] {
  const left = Object.entries(state.left_behind).map(([name, record]) => ({ name, record }));
  if (leftBehind === null) {
    return [...Object.entries(state.resources).map(([name, record]) => ({ name, record })), ...left];
  }
  const found = state.left_behind[leftBehind];
  if (found) return left.filter(({ name, record }) => name === leftBehind || isUnder(record, found));
  throw new UserError(`Nothing is left behind under the name ${leftBehind}.`, {
    code: 'not_left_behind',
    hint: left.length > 0 ? `Left behind are: ${left.map(({ name }) => name).join(', ')}` : 'Nothing is left behind.',
  });
}

async function membersOf(azure: Azure, group: string): Promise<readonly ArmResource[]> {
  const [, , subscription = '', , name = ''] = group.split('/');
  return (await azure.resources.listGroup(subscription, name, 'createdTime')) ?? [];
}

/** What carries our tag, is not in the state, and was asked for by its id. */
function included(
  listed: readonly ArmResource[],
  records: readonly Recorded[],
  { destroy: { include } }: RemovalRequest,
): readonly Recorded[] {
  const unknown = listed.filter(({ id }) => !records.some(({ record }) => isSame(record.id, id)));
  return unknown.flatMap(({ id, type }) => {
    const kind = kindOf(scalarText(type));
    if (!kind || !include.some((one) => isSame(one, id))) return [];
    return [
      {
        name: nameOf(id),
        record: { id, type: kind.type, holds_data: kind.holdsData, immutable: {} } as ResourceRecord,
      },
    ];
  });
}

async function look(
  azure: Azure,
  known: readonly Recorded[],
  listed: readonly ArmResource[],
  { config, destroy }: RemovalRequest,
): Promise<readonly Seen[]> {
  return await mapLimited(known, READS_AT_A_TIME, async ({ name, record }): Promise<Seen> => {
    const kind = kindOfRecord(record);
    const live = kind ? await readOne(azure, record.id, kind) : 'unreadable';
    const candidate = {
      name,
      record,
      ...marked(kind, live),
      isPartOfParent: kind?.deletion.how === 'with-parent',
      keptBy: destroy.leftBehind === null ? keptBy(config, name) : undefined,
    };
    const others = typeof candidate.live === 'object' ? await othersIn(azure, candidate, known, config) : [];
    const createdTime = listed.find(({ id }) => isSame(id, record.id))?.createdTime;
    const dataOfOthers = others.flatMap(({ isKept, name: other }) => (isKept ? [other] : []));
    const since = scalarText(createdTime) || sinceOf(candidate.live);
    return { ...candidate, dataOfOthers, kind, others: others.map((one) => one.name), since };
  });
}

/** What a template made stays where the file says so. */
function keptBy({ templates }: DeploymentConfig, key: string): string | undefined {
  const template = templateMaking(key) ?? '';
  return templates?.[template]?.onDestroy === 'keep' ? `templates.${template}.on_destroy` : undefined;
}

/** Whose it is it tells by its tags, or by what has their keys instead. */
function marked(kind: ResourceKind | undefined, live: Candidate['live']): Pick<Candidate, 'ownership' | 'live'> {
  if (!kind?.claim || typeof live !== 'object') return { ownership: kind?.ownership ?? 'tagged', live };
  return { ownership: 'tagged', live: { ...live, tags: jsonAt(live, kind.claim.at) ?? {} } };
}

/** What others have in the group is read, too, for what it needs; what may not be read, or is of no kind that is known, names nothing. */
async function bodiesOf(azure: Azure, seen: readonly Seen[], strange: readonly PlannedResource[]): Promise<Bodies> {
  const read = await mapLimited(strange, READS_AT_A_TIME, async ({ id, type }) => {
    const kind = kindOf(type);
    return { id, live: kind && (await readOne(azure, id, kind)) };
  });
  const known = seen.map(({ record: { id }, live }) => ({ id, live }));
  return new Map(
    [...known, ...read].flatMap(({ id, live }) =>
      typeof live === 'object' ? [[id.toLowerCase(), live] as const] : [],
    ),
  );
}

interface Other {
  readonly name: string;
  /** It holds data, or `preserve` names it: nothing takes it along. */
  readonly isKept: boolean;
}

/** What others made in it, of the kinds of children that say what one is. */
async function othersIn(
  azure: Azure,
  { name, record: { id, type } }: Pick<Candidate, 'name' | 'record'>,
  known: readonly Recorded[],
  config: DeploymentConfig,
): Promise<readonly Other[]> {
  const kinds: readonly ResourceKind[] = RESOURCE_KINDS;
  const children = kinds.filter((kind) => kind.foreign && isSame(kind.type, `${type}/${nameOf(kind.type)}`));
  const found = await settleAll(
    children.map(async (kind) => {
      const collection = nameOf(kind.type);
      const live = await azure.arm.list(`${id}/${collection}`, kind.apiVersion);
      const strange = live.filter(
        (one) => !known.some(({ record }) => isSame(record.id, one.id)) && kind.foreign?.(one),
      );
      return strange.map((one): Other => {
        const other = nameOf(one.id);
        return { name: other, isKept: kind.holdsData || isPreservedChild(config, name, `${collection}[${other}]`) };
      });
    }),
  );
  return found.flat();
}

async function readOne(azure: Azure, id: string, kind: ResourceKind): Promise<Candidate['live']> {
  try {
    return await readResource(azure.arm, id, kind);
  } catch (error) {
    if (error instanceof AzureError && error.statusCode === 403) return 'unreadable';
    throw error;
  }
}

function sinceOf(live: Candidate['live']): string | undefined {
  if (live === undefined || live === 'unreadable') return undefined;
  return scalarText(jsonAt(live, 'systemData.createdAt')) || undefined;
}

/**
 * Parents first: what lies below one that goes, goes with it, and below one that stays it stays, unless it is an extension, which is
 * a thing of its own: who lives by a server that stays may live by our rule in it.
 */
function decideAll(
  seen: readonly Seen[],
  { environment, destroy }: RemovalRequest,
  now: Date,
): readonly PlannedResource[] {
  const decided = new Map<string, PlannedResource>();
  const parents = seen.toSorted((a, b) => a.record.id.length - b.record.id.length);
  for (const one of parents) {
    const { name, record } = one;
    const above = parents.filter((other) => isBelow(record.id, other.record.id) && other.kind !== RESOURCE_GROUP);
    const going = above.map((other) => decided.get(other.name)).find((line) => line?.action === 'delete');
    const base = { key: name, id: record.id, type: record.type, ...versionOf(record) };
    if (going && one.ownership === 'child' && !one.kind?.deletion.outlivesParent) {
      decided.set(name, { ...base, action: 'delete', goesWith: going.goesWith ?? going.key });
      continue;
    }
    const decision = decideRemoval(one, environment, destroy);
    if (decision.action === 'gone') continue;
    const holder = above.map((other) => decided.get(other.name)).find((line) => line !== undefined);
    const stays = holder && one.ownership === 'child' && !isExtension(record.id);
    decided.set(
      name,
      stays ? { ...base, action: 'left_behind', reason: `stays with ${holder.key}` } : standing(one, decision, now),
    );
  }
  return seen.flatMap(({ name }) => decided.get(name) ?? []);
}

/** What is in the group and the state does not know. What lies below something that it knows belongs to that. */
function strangers(
  listed: readonly ArmResource[],
  known: readonly Recorded[],
  environment: string,
): readonly PlannedResource[] {
  const isKnown = (id: string): boolean => known.some(({ record }) => isSame(id, record.id));
  const isPart = (id: string): boolean =>
    known.some(({ record }) => record.type !== RESOURCE_GROUP.type && isBelow(id, record.id));
  return listed
    .filter(({ id }) => !isKnown(id) && !isPart(id))
    .map((one) => ({
      key: nameOf(one.id),
      id: one.id,
      type: scalarText(one.type),
      action: 'keep',
      reason: reasonOfStranger(one, environment),
    }));
}

/** A group goes only when everything in it does. */
function withGroups(
  lines: readonly PlannedResource[],
  seen: readonly Seen[],
  listed: readonly ArmResource[],
): readonly PlannedResource[] {
  const isGoing = (id: string): boolean =>
    lines.some((line) => line.action === 'delete' && !isGroup(line) && (isSame(id, line.id) || isBelow(id, line.id)));
  const isGroup = ({ key }: PlannedResource): boolean =>
    seen.some(({ name, kind }) => name === key && kind === RESOURCE_GROUP);
  return lines.map((line) => {
    if (!isGroup(line) || line.action !== 'delete') return line;
    const staying = listed.filter(({ id }) => isBelow(id, line.id) && !isGoing(id));
    if (staying.length === 0) return line;
    const { key, id, type } = line;
    return {
      key,
      id,
      type,
      action: 'left_behind',
      reason: `in it stay: ${staying.map((one) => nameOf(one.id)).join(', ')}`,
    };
  });
}

function bodyOf(seen: readonly Seen[], companions: readonly FoundCompanion[], id: string): ArmResource {
  const live = seen.find(({ record }) => isSame(record.id, id))?.live;
  if (typeof live === 'object') return live as ArmResource;
  return companions.find((one) => isSame(one.live.id, id))?.live ?? { id: '' };
}

/** Rules of policies call a group by another type (https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-basics). */
function policyType(type: string): string {
  return type === RESOURCE_GROUP.type ? 'Microsoft.Resources/subscriptions/resourceGroups' : type;
}

function targetOf(groups: readonly string[], { azure, locations }: DeploymentConfig): Pick<Plan, 'target'> {
  const [, , subscriptionId, , resourceGroup = azure.resourceGroup] = groups[0]?.split('/') ?? [];
  return { target: { subscriptionId: subscriptionId ?? null, resourceGroup, location: locations.resourceGroup } };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
