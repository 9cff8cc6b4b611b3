import type { Arm, Azure } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { groupOf, isExtension, nameOf } from '../domain/ids.ts';
import { explainFailure } from '../engine/failure.ts';
import { type Removal, removeResource } from '../engine/removal.ts';
import { settleAll } from '../engine/settle.ts';
import { patienceOf } from '../engine/waiting/patience.ts';
import type { Timekeeper } from '../engine/waiting/refusal-clock.ts';
import { notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { apiVersionOf, kindOf } from '../resources/registry.ts';
import { RESOURCE_GROUP } from '../resources/resource-group.ts';
import { UserError } from '../shared/errors.ts';
import { scalarText } from '../shared/json.ts';
import { removalLimitInSeconds } from './removal-limit.ts';

/** Lists, and reads of other replicas of a service, lag behind by minutes at most. */
const LAG_IN_SECONDS = 300;

interface Removed {
  readonly key: string;
  readonly id: string;
  readonly type: string;
  /** Instead of the kind's. */
  readonly apiVersion?: string | undefined;
}

export interface RemovalOrder {
  readonly azure: Azure;
  readonly timekeeper: Timekeeper;
  readonly config: DeploymentConfig;
  readonly resource: Removed;
  /** Ids of all that is deleted in this run. */
  readonly expected: readonly string[];
}

/**
 * Deletes one resource and sees that it is gone. A group is deleted only while nothing is in it: with it would go whatever
 * somebody has put there since the plan was made.
 */
export async function removeForGood(order: RemovalOrder): Promise<Removal | Waiting> {
  const { azure, timekeeper, config, resource } = order;
  if (resource.type === RESOURCE_GROUP.type) {
    const full = await whileEmptying(order);
    if (full) return full;
  }
  const limitInSeconds = removalLimitInSeconds(config);
  const patience = patienceOf(config, `removal:${resource.key}`);
  const removal = await removeResource(azure.arm, timekeeper, { ...resource, limitInSeconds }, patience);
  if (isWaiting(removal) || removal.kind === 'kept') return removal;
  return await untilReady<Removal>(timekeeper, `gone:${resource.key}`, async () => {
    if (!(await isThere(azure.arm, resource))) return { kind: 'removed' };
    return notReady<Removal>({
      on: `${resource.key} to be gone`,
      limitInSeconds: LAG_IN_SECONDS,
      whenOver: () => stays(cameBack(resource)),
    });
  });
}

/** @returns undefined when nothing is in the group, or there is none */
async function whileEmptying({
  azure,
  timekeeper,
  resource,
  expected,
}: RemovalOrder): Promise<Removal | Waiting | undefined> {
  const [, , subscription = ''] = resource.id.split('/');
  return await untilReady<Removal | undefined>(timekeeper, `empty:${resource.key}`, async () => {
    const listed = (await azure.resources.listGroup(subscription, nameOf(resource.id))) ?? [];
    const there = await settleAll(
      listed.map(async ({ id, type }) => ({ id, isThere: await isThere(azure.arm, { id, type: scalarText(type) }) })),
    );
    const inIt = there.filter((one) => one.isThere).map(({ id }) => id);
    if (inIt.length === 0) return undefined;
    const isOurs = (id: string): boolean => expected.some((one) => one.toLowerCase() === id.toLowerCase());
    const strange = inIt.filter((id) => !isOurs(id)).map(nameOf);
    const full = stays(
      new UserError(`in it are now: ${inIt.map(nameOf).join(', ')}; with the group they would go, too`, {
        code: 'group_not_empty',
        hint: 'Run destroy again: its plan says what stays.',
      }),
    );
    if (strange.length > 0) return full;
    return notReady<Removal | undefined>({
      on: `${resource.key} to be empty`,
      limitInSeconds: LAG_IN_SECONDS,
      whenOver: () => full,
    });
  });
}

/** Those that are there again. One list for each group says which to look at. */
export async function isBack<One extends Removed>(azure: Azure, gone: readonly One[]): Promise<readonly One[]> {
  // No list shows what is of something else, or lies in it.
  const members = gone.filter(({ id, type }) => !isExtension(id) && !kindOf(type)?.claim);
  const groups = [...new Map(members.map(({ id }) => [groupOf(id).toLowerCase(), groupOf(id)])).values()];
  const listed = await settleAll(
    groups.map(async (group) => {
      const [, , subscription = '', , name = ''] = group.split('/');
      return (await azure.resources.listGroup(subscription, name)) ?? [];
    }),
  );
  const ids = new Set(listed.flat().map(({ id }) => id.toLowerCase()));
  const suspects = members.filter(({ id }) => ids.has(id.toLowerCase()));
  const looks = await settleAll(suspects.map(async (one) => ({ one, isThere: await isThere(azure.arm, one) })));
  return looks.flatMap(({ one, isThere: back }) => (back ? [one] : []));
}

/** Of a type that this version does not know it is said: its place in a list is all there is. */
async function isThere(
  arm: Pick<Arm, 'get'>,
  { id, type, apiVersion = apiVersionOf(type) }: Omit<Removed, 'key'>,
): Promise<boolean> {
  return apiVersion === undefined || (await arm.get(id, apiVersion)) !== undefined;
}

export function cameBack({ id }: Pick<Removed, 'id'>): UserError {
  return new UserError(`${nameOf(id)} was deleted, and is there again (${id})`, {
    code: 'resource_came_back',
    hint: 'Find out who makes it: a policy, a pipeline, another tool. Then run destroy again.',
  });
}

function stays(error: UserError): Removal {
  return { kind: 'kept', report: explainFailure(error).report, error };
}
