import { z } from 'zod';
import type { RevisionView } from '../azure/ports.ts';
import type { ServiceConfig } from '../domain/config/model.ts';
import { defineRecord } from '../engine/record.ts';
import { settleAll } from '../engine/settle.ts';
import type { StepContext } from '../engine/step.ts';
import { notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { untilAll, type Waiting } from '../engine/waiting/waiting.ts';
import { labelledRevisions, movedShares, sameShares, sharesOf } from '../resources/app/traffic.ts';
import { isSideBySide } from '../resources/container-app.ts';
import { UserError } from '../shared/errors.ts';
import { releaseOrder } from './release-order.ts';
import { resourceGroupOf, revisionsOf } from './revisions.ts';
import { checkHealth, type Subject } from './service-health.ts';
import { targetOf } from './serving-revision.ts';
import { liveApp, shiftTraffic, switchRevision } from './shift-traffic.ts';

/** A revision that was stopped is running again within this. */
const STARTS_WITHIN_IN_SECONDS = 900;
/** How often a canary is looked at while it bakes. */
const LOOK_IN_SECONDS = 15;

const moveSchema = z.object({
  key: z.string(),
  target: z.string(),
  before: z.record(z.string(), z.number()),
});
/** One app whose traffic is to go to another revision. */
export type Move = z.infer<typeof moveSchema>;

/**
 * Where a rollout is. Written before each thing that it does, so that it goes on from there after a crash. Handed on to the run
 * that comes after one that was killed: what was the last good release then still is.
 */
const rollouts = defineRecord({
  name: 'intent:rollout',
  scope: 'inherited',
  schema: z.object({
    phase: z.enum(['judge', 'move', 'look', 'retire', 'return']),
    /** In the order in which they get their traffic. */
    moves: z.array(moveSchema),
    /** Which of the canary's steps, and which of the moves in it, is next. */
    stage: z.number(),
    next: z.number(),
    bakesUntil: z.string().exactOptional(),
    /** Keys of the services that were not well at the last look; absent: nobody was looked at yet. */
    unwell: z.array(z.string()).exactOptional(),
    failure: z.object({ code: z.string(), message: z.string(), hint: z.string().exactOptional() }).exactOptional(),
    done: z.boolean().exactOptional(),
  }),
  isOpen: ({ done }) => done !== true,
});
export type Rollout = z.infer<typeof rollouts.schema>;

/** The rollout of this run, begun if it has not been. */
export async function openRollout(context: StepContext): Promise<Rollout> {
  const known = context.memory.read(rollouts);
  if (known && !context.memory.isInherited(rollouts)) return known;
  // The old revisions of a rollout that was through are on their way out.
  const unfinished = known && known.phase !== 'retire' ? known.moves : [];
  const inherited = new Map(unfinished.map(({ key, before }) => [key, before]));
  const services = releaseOrder(context.config.services.application).filter(isSideBySide);
  const moves = await settleAll(
    services.map(async (service): Promise<Move | undefined> => {
      const app = await liveApp(context, service);
      const target = targetOf(context, service);
      if (!app) return undefined;
      const before = inherited.get(service.key) ?? sharesOf(app);
      const isMoved = sameShares(before, { [target]: 100 }) && sameShares(sharesOf(app), before);
      return isMoved ? undefined : { key: service.key, target, before };
    }),
  );
  const rollout: Rollout = {
    phase: 'judge',
    moves: moves.filter((move) => move !== undefined),
    stage: 0,
    next: 0,
  };
  return await writeRollout(context, rollout);
}

export async function writeRollout(context: StepContext, rollout: Rollout): Promise<Rollout> {
  await context.memory.write(rollouts, rollout);
  return rollout;
}

/**
 * Does what can be done now: judges every service, moves traffic service by service, looks again, stops what is old.
 * @returns nothing to wait for when all is done
 */
export async function advance(context: StepContext, opened: Rollout): Promise<Waiting | undefined> {
  let rollout = opened;
  if (rollout.phase === 'judge') {
    const waiting = await judge(context, rollout);
    if (waiting) return waiting;
    rollout = await writeRollout(context, { ...rollout, phase: 'move' });
  }
  if (rollout.phase === 'move') {
    const waiting = await moveTraffic(context, rollout);
    if (waiting) return waiting;
    rollout = await writeRollout(context, { ...rollout, phase: 'look' });
  }
  if (rollout.phase === 'look') {
    const waiting = await checkAll(context);
    if (waiting) return waiting;
    rollout = await writeRollout(context, { ...rollout, phase: 'retire' });
  }
  const waiting = await retire(context);
  if (waiting) return waiting;
  await writeRollout(context, { ...rollout, done: true });
  return undefined;
}

/**
 * Whether all of them may serve. Who was well is not asked about as long as others are not, and once more when they are; or when one of
 * them fails, so that one run tells everything that is wrong.
 */
async function judge(context: StepContext, rollout: Rollout): Promise<Waiting | undefined> {
  const { unwell } = rollout;
  const isOpen = ({ key }: ServiceConfig): boolean => unwell?.includes(key) ?? true;
  const services = everyService(context);
  const look = (service: ServiceConfig): Promise<Waiting | undefined> => judgeService(context, service);
  const first = await looksAt(services.filter(isOpen), look);
  const isEarly = first.failures.length === 0 && first.waits.length > 0;
  const rest = await looksAt(isEarly ? [] : services.filter((service) => !isOpen(service)), look);
  const waiting = summedUp([first, rest]);
  const found = [...first.unwell, ...rest.unwell];
  if (waiting && unwell?.join() !== found.join()) await writeRollout(context, { ...rollout, unwell: found });
  return waiting;
}

async function judgeService(context: StepContext, service: ServiceConfig): Promise<Waiting | undefined> {
  const subject = subjectOf(context, service, false);
  if (subject.revision === undefined) return await checkHealth(context, subject);
  const { found, asked, waiting } = await awaken(context, service, subject.revision);
  if (waiting && !asked) return waiting;
  // One that was asked to start is looked at like any other that starts.
  const problem = await checkHealth(context, { ...subject, ...(found && !asked && { found }) });
  return problem ?? waiting;
}

/** A revision to go back to was stopped, and one that serves may have been, by hand. */
async function awaken(
  context: StepContext,
  service: ServiceConfig,
  target: string,
): Promise<{ readonly found?: RevisionView; readonly asked: boolean; readonly waiting?: Waiting }> {
  let found: RevisionView | undefined;
  let asked = false;
  const waiting = await untilReady<Waiting | undefined>(context, `start:${target}`, async () => {
    const { subscription, group } = resourceGroupOf(context);
    found = await context.azure.apps.revision(subscription, group, service.name, target);
    if (!found || found.active) return undefined;
    context.progress(`${service.name}: starting revision ${target} again`);
    const busy = await switchRevision(context, service, target, 'activate');
    if (busy) return busy;
    asked = true;
    return notReady<undefined>({
      on: `revision ${target} to start`,
      afterInSeconds: 1,
      limitInSeconds: STARTS_WITHIN_IN_SECONDS,
      whenOver: () => {
        throw new UserError(`Revision ${target} did not start within ${STARTS_WITHIN_IN_SECONDS} seconds.`, {
          code: 'OperationTimedOut',
          hint: `Look at the revisions of ${service.name} in the portal, and start the deployment again.`,
        });
      },
    });
  });
  return { asked, ...(found && { found }), ...(waiting && { waiting }) };
}

/** What looks at several services came to. */
interface Looks {
  readonly waits: readonly Waiting[];
  /** The keys of those that are waited for. */
  readonly unwell: readonly string[];
  readonly failures: readonly unknown[];
}

/** All of them are looked at, whatever one of them comes to. */
async function looksAt(
  services: readonly ServiceConfig[],
  look: (service: ServiceConfig) => Promise<Waiting | undefined>,
): Promise<Looks> {
  const failures: unknown[] = [];
  const seen = await settleAll(
    services.map(async (service) => {
      try {
        return [service.key, await look(service)] as const;
      } catch (error) {
        failures.push(error);
        return [service.key, undefined] as const;
      }
    }),
  );
  const open = seen.flatMap(([key, waiting]) => (waiting ? [{ key, waiting }] : []));
  return { waits: open.map(({ waiting }) => waiting), unwell: open.map(({ key }) => key), failures };
}

/** @throws what went wrong, all of it */
function summedUp(looks: readonly Looks[]): Waiting | undefined {
  const failures = looks.flatMap((one) => one.failures);
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
  const waits = looks.flatMap((one) => one.waits);
  return waits.length > 0 ? untilAll(waits) : undefined;
}

/** All services at once, so that one run tells everything that is wrong. */
async function checkAll(context: StepContext): Promise<Waiting | undefined> {
  const look = (service: ServiceConfig) => checkHealth(context, subjectOf(context, service, true));
  return summedUp([await looksAt(everyService(context), look)]);
}

function everyService({ config }: StepContext): readonly ServiceConfig[] {
  return [...config.services.application, ...config.services.infrastructure];
}

function subjectOf(context: StepContext, service: ServiceConfig, serves: boolean): Subject {
  const revision = isSideBySide(service) ? targetOf(context, service) : undefined;
  return { service, revision, serves };
}

/** One service after the other, each looked at before the next one moves; a canary is watched after each of its steps. */
async function moveTraffic(context: StepContext, opened: Rollout): Promise<Waiting | undefined> {
  const { strategy, steps, bakeTimeInSeconds } = context.config.release;
  const stages = strategy === 'canary' ? steps : [100];
  let rollout = opened;
  while (rollout.stage < stages.length && rollout.moves.length > 0) {
    const percent = stages[rollout.stage] ?? 100;
    for (const [index, move] of rollout.moves.entries()) {
      if (index < rollout.next) continue;
      const service = serviceOf(context, move.key);
      const waiting =
        (await shiftTraffic(context, service, movedShares(move.before, move.target, percent))) ??
        (await checkHealth(context, { service, revision: move.target, serves: true }));
      if (waiting) return waiting;
      rollout = await writeRollout(context, { ...rollout, next: index + 1 });
    }
    const now = context.clock.now().getTime();
    if (percent < 100) {
      const bakesUntil = rollout.bakesUntil ?? new Date(now + bakeTimeInSeconds * 1000).toISOString();
      if (rollout.bakesUntil === undefined) rollout = await writeRollout(context, { ...rollout, bakesUntil });
      const waiting = await bake(context, percent, Date.parse(bakesUntil) - now);
      if (waiting) return waiting;
    }
    const { bakesUntil: _, ...rest } = rollout;
    rollout = await writeRollout(context, { ...rest, stage: rollout.stage + 1, next: 0 });
  }
  return undefined;
}

async function bake(context: StepContext, percent: number, leftInMs: number): Promise<Waiting | undefined> {
  const waiting = await checkAll(context);
  if (waiting) return waiting;
  if (leftInMs <= 0) return undefined;
  const retryAfterInSeconds = Math.min(LOOK_IN_SECONDS, leftInMs / 1000);
  return { kind: 'waiting', retryAfterInSeconds, on: `${percent} % of the traffic on the new revisions` };
}

/** Old revisions are stopped; Azure keeps as many of them as `release.keep` says. */
async function retire(context: StepContext): Promise<Waiting | undefined> {
  const services = context.config.services.application.filter(isSideBySide);
  const waits = await settleAll(
    services.map(async (service) => {
      const [app, revisions] = await settleAll([liveApp(context, service), revisionsOf(context, service)]);
      if (!app) return undefined;
      const target = targetOf(context, service);
      const [shares, labelled] = [sharesOf(app), labelledRevisions(app)];
      const old = revisions.filter(
        ({ name, active }) => active && name !== target && (shares[name] ?? 0) === 0 && !labelled.has(name),
      );
      for (const { name } of old) {
        const waiting = await switchRevision(context, service, name, 'deactivate');
        if (waiting) return waiting;
      }
      return undefined;
    }),
  );
  const open = waits.filter((wait) => wait !== undefined);
  return open.length > 0 ? untilAll(open) : undefined;
}

export function serviceOf(context: StepContext, key: string): ServiceConfig {
  const found = context.config.services.application.find((service) => service.key === key);
  if (!found) throw new Error(`there is no service ${key}`);
  return found;
}
