import { z } from 'zod';
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
import { revisionsOf } from './revisions.ts';
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
    const waiting = (await awaken(context)) ?? (await checkAll(context, new Set()));
    if (waiting) return waiting;
    rollout = await writeRollout(context, { ...rollout, phase: 'move' });
  }
  if (rollout.phase === 'move') {
    const waiting = await moveTraffic(context, rollout);
    if (waiting) return waiting;
    rollout = await writeRollout(context, { ...rollout, phase: 'look' });
  }
  if (rollout.phase === 'look') {
    const waiting = await checkAll(context, 'all');
    if (waiting) return waiting;
    rollout = await writeRollout(context, { ...rollout, phase: 'retire' });
  }
  const waiting = await retire(context);
  if (waiting) return waiting;
  await writeRollout(context, { ...rollout, done: true });
  return undefined;
}

/** A revision to go back to was stopped, and one that serves may have been, by hand. */
async function awaken(context: StepContext): Promise<Waiting | undefined> {
  const waits = await settleAll(
    context.config.services.application
      .filter(isSideBySide)
      .map((service) => awakenService(context, service, targetOf(context, service))),
  );
  const open = waits.filter((wait) => wait !== undefined);
  return open.length > 0 ? untilAll(open) : undefined;
}

async function awakenService(
  context: StepContext,
  service: ServiceConfig,
  target: string,
): Promise<Waiting | undefined> {
  return await untilReady<Waiting | undefined>(context, `start:${target}`, async () => {
    const revision = (await revisionsOf(context, service)).find(({ name }) => name === target);
    if (!revision || revision.active) return undefined;
    context.progress(`${service.name}: starting revision ${target} again`);
    const waiting = await switchRevision(context, service, target, 'activate');
    if (waiting) return waiting;
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
}

/** All services at once, so that one run tells everything that is wrong. */
async function checkAll(context: StepContext, serving: ReadonlySet<string> | 'all'): Promise<Waiting | undefined> {
  const { application, infrastructure } = context.config.services;
  const looks = await settleAll(
    [...application, ...infrastructure].map((service) => checkHealth(context, subjectOf(context, service, serving))),
    (failures) => (failures.length === 1 ? failures[0] : new AggregateError(failures)),
  );
  const waits = looks.filter((look) => look !== undefined);
  return waits.length > 0 ? untilAll(waits) : undefined;
}

function subjectOf(context: StepContext, service: ServiceConfig, serving: ReadonlySet<string> | 'all'): Subject {
  const revision = isSideBySide(service) ? targetOf(context, service) : undefined;
  return { service, revision, serves: serving === 'all' || serving.has(service.key) };
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
  const waiting = await checkAll(context, 'all');
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
      const app = await liveApp(context, service);
      if (!app) return undefined;
      const target = targetOf(context, service);
      const [shares, labelled] = [sharesOf(app), labelledRevisions(app)];
      const old = (await revisionsOf(context, service)).filter(
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
