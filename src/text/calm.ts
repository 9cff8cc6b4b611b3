import type { RunEvent } from '../domain/events.ts';
import type { Plan } from '../domain/plan-schema.ts';
import { type StepName, stepDefinition } from '../domain/steps.ts';
import { asOneEntry } from '../shared/shown-text.ts';
import { label, plainText } from './plain-text.ts';
import { isNoOp, planText } from './plan-text.ts';
import { summedUp } from './progress.ts';
import { aboutDuration, countOf, formatDuration } from './words.ts';

/** A step is silent for this long before it is told what it has done since. */
const TOLD_EVERY_MS = 15_000;
/** So soon is told what a step began with. */
const BEGUN_AFTER_MS = 1_000;
/** Somebody who looks at a log sees a line as often as this, whatever is waited for. */
const SILENT_FOR_MS = 60_000;

interface Active {
  readonly startedAt: number;
  /** What it does that nobody was told yet. */
  changes: string[];
  waitsFor: string | undefined;
  toldAt: number | undefined;
}

/** What a run tells in few lines. Pure: events and the time go in, lines come out. */
export interface CalmLog {
  /**
   * The lines that an event is worth.
   * @param now by the clock of whoever looks: an event may come from another machine
   */
  lines(event: RunEvent, now: number): readonly string[];
  /** What is due by the time although nothing happened. */
  due(now: number): readonly string[];
  /** Steps are under way, of which `due` tells. */
  isUnderWay(): boolean;
}

/**
 * One line for what changes: a step's beginning with what it does first, what it did since every now and then, and its end. What is
 * repeated is counted at the end, and what the plan said already is not said again.
 */
export function calmLog(): CalmLog {
  const active = new Map<StepName, Active>();
  const logged = new Map<string, number>();
  let plan: Plan | undefined;
  let lastTold = 0;

  const begin = (step: StepName, startedAt: number): Active => {
    const one: Active = { startedAt, changes: [], waitsFor: undefined, toldAt: undefined };
    active.set(step, one);
    if (active.size === 1) lastTold = Math.max(lastTold, startedAt);
    return one;
  };
  const began = (step: StepName, one: Active): string => {
    const told = summedUp(one.changes) || (one.waitsFor === undefined ? 'started' : `waits for ${one.waitsFor}`);
    one.changes = [];
    return `▶ ${label(step)} ${asOneEntry(told)}`;
  };
  const lines = (event: RunEvent, now: number): readonly string[] => {
    switch (event.type) {
      case 'plan': {
        const isKnown = plan?.digest === event.plan.digest;
        plan = event.plan;
        // After an approval it is made once more; and where there is nothing to do its end says so.
        return isKnown || isNoOp(event.plan) ? [] : [planText(event.plan).trimEnd()];
      }
      case 'step_started': {
        begin(event.step, now);
        const said = plan?.steps.find(({ step }) => step === event.step)?.reason;
        return said === undefined || said === event.reason ? [] : [plainText(event)];
      }
      case 'step_progress': {
        // Who begins to follow a run may not have seen the step begin.
        const one = active.get(event.step) ?? begin(event.step, now);
        const waits = event.waitingInSeconds !== undefined;
        if (!waits) one.changes.push(event.message);
        one.waitsFor = waits ? event.message : undefined;
        return [];
      }
      case 'step_completed': {
        const did = summedUp(active.get(event.step)?.changes ?? []);
        active.delete(event.step);
        return [`${plainText(event)}${did === '' ? '' : `: ${asOneEntry(did)}`}`];
      }
      case 'step_failed':
        active.delete(event.step);
        return [plainText(event)];
      case 'step_skipped': {
        active.delete(event.step);
        const planned = plan?.steps.find(({ step }) => step === event.step);
        return planned?.action === 'skip' ? [] : [plainText(event)];
      }
      case 'removal_started':
        return [];
      case 'log': {
        if (event.level === 'debug' || event.level === 'info') return [];
        const text = plainText(event);
        const count = (logged.get(text) ?? 0) + 1;
        logged.set(text, count);
        return count > 1 ? [] : [text];
      }
      case 'run_completed': {
        const repeated = [...logged]
          .filter(([, count]) => count > 1)
          .map(([text, count]) => `${text} (${count} times)`);
        return [...repeated, `${plainText(event)}${plan && isNoOp(plan) ? leftOut(plan) : ''}`];
      }
      default:
        return [plainText(event)];
    }
  };
  return {
    lines(event, now) {
      const told = lines(event, now);
      if (told.length > 0) lastTold = now;
      return told;
    },
    due(now) {
      const told = [...active].flatMap(([step, one]) => {
        const isDue =
          one.toldAt === undefined
            ? now - one.startedAt >= BEGUN_AFTER_MS
            : one.changes.length > 0 && now - one.toldAt >= TOLD_EVERY_MS;
        if (!isDue) return [];
        one.toldAt = now;
        return [began(step, one)];
      });
      if (told.length === 0 && active.size > 0 && now - lastTold >= SILENT_FOR_MS) told.push(stillText(active, now));
      if (told.length > 0) lastTold = now;
      return told;
    },
    isUnderWay: () => active.size > 0,
  };
}

/** What a plan without a change has to say besides. */
function leftOut({ warnings, resources }: Plan): string {
  const left = resources.filter(({ action }) => action === 'left_behind').length;
  const parts = [
    ...(warnings.length > 0 ? [countOf(warnings.length, 'warning')] : []),
    ...(left > 0 ? [`${left} left behind`] : []),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}, as plan tells`;
}

/** `Under way: name 3 min 10 s of about 6 min (PostgreSQL server x)`. */
function stillText(active: ReadonlyMap<StepName, Active>, now: number): string {
  const each = [...active].map(([step, { startedAt, waitsFor }]) => {
    const expected = aboutDuration(stepDefinition(step).typicalSeconds);
    const why = waitsFor === undefined ? '' : ` (${asOneEntry(waitsFor)})`;
    return `${step} ${formatDuration(now - startedAt)} of ${expected}${why}`;
  });
  return `Under way: ${each.join('; ')}`;
}
