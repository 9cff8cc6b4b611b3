import type { ServiceConfig } from '../domain/config/model.ts';
import type { StepContext } from '../engine/step.ts';
import { untilAll, type Waiting } from '../engine/waiting.ts';
import { labelledRevisions, movedShares, type Shares, sameShares, sharesOf } from '../resources/app/traffic.ts';
import { isSideBySide } from '../resources/container-app.ts';
import { releaseOrder } from './release-order.ts';
import { revisionsOf } from './revisions.ts';
import { checkHealth, type Subject } from './service-health.ts';
import { targetOf } from './serving-revision.ts';
import { liveApp, shiftTraffic, switchRevision } from './shift-traffic.ts';

/** Handed on to the run that comes after one that was killed: what was the last good release then still is. */
const KEY = 'intent:rollout';
/** How often a canary is looked at while it bakes. */
const LOOK_IN_SECONDS = 15;

/** One app whose traffic is to go to another revision. */
export type Move = { readonly key: string; readonly target: string; readonly before: Shares };

/** Where a rollout is. Written before each thing that it does, so that it goes on from there after a crash. */
export type Rollout = {
  readonly runId: string;
  readonly phase: 'judge' | 'move' | 'look' | 'retire' | 'return';
  /** In the order in which they get their traffic. */
  readonly moves: Move[];
  /** Which of the canary's steps, and which of the moves in it, is next. */
  readonly stage: number;
  readonly next: number;
  readonly bakesUntil?: string;
  readonly failure?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly done?: boolean;
};

/** The rollout of this run, begun if it has not been. */
export async function openRollout(context: StepContext): Promise<Rollout> {
  const known = context.memory.get<Rollout>(KEY);
  if (known?.runId === context.runId) return known;
  // The old revisions of a rollout that was through are on their way out.
  const unfinished = known && known.phase !== 'retire' ? known.moves : [];
  const inherited = new Map(unfinished.map(({ key, before }) => [key, before]));
  const services = releaseOrder(context.config.services.application).filter(isSideBySide);
  const moves = await Promise.all(
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
    runId: context.runId,
    phase: 'judge',
    moves: moves.filter((move) => move !== undefined),
    stage: 0,
    next: 0,
  };
  return await writeRollout(context, rollout);
}

export async function writeRollout(context: StepContext, rollout: Rollout): Promise<Rollout> {
  await context.memory.set(KEY, rollout);
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
  const waits = await Promise.all(
    context.config.services.application.filter(isSideBySide).map(async (service) => {
      const target = targetOf(context, service);
      const revision = (await revisionsOf(context, service)).find(({ name }) => name === target);
      if (!revision || revision.active) return undefined;
      context.progress(`${service.name}: starting revision ${target} again`);
      const waiting = await switchRevision(context, service, target, 'activate');
      return waiting ?? { kind: 'waiting' as const, retryAfterInSeconds: 1, on: `revision ${target} to start` };
    }),
  );
  const open = waits.filter((wait) => wait !== undefined);
  return open.length > 0 ? untilAll(open) : undefined;
}

/** All services at once, so that one run tells everything that is wrong. */
async function checkAll(context: StepContext, serving: ReadonlySet<string> | 'all'): Promise<Waiting | undefined> {
  const { application, infrastructure } = context.config.services;
  const settled = await Promise.allSettled(
    [...application, ...infrastructure].map((service) => checkHealth(context, subjectOf(context, service, serving))),
  );
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
  const waits = settled.flatMap((result) => (result.status === 'fulfilled' && result.value ? [result.value] : []));
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
  const waits = await Promise.all(
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
