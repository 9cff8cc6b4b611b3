import { compileSchedule, type Schedule, type ScheduledStep } from '../domain/schedule.ts';
import { STEPS, type StepName } from '../domain/steps.ts';

const HEAD = ':head';

/** A step, or what of it can be done beforehand. */
export type Part = StepName | `${StepName}${typeof HEAD}`;

const SCHEDULE: Schedule<Part> = compileSchedule(STEPS);
let overlapping: Schedule<Part> | undefined;

/** @param overlaps steps take their head starts; else, and in runs that began before there were any, they do not */
export function scheduleOf(overlaps: boolean): Schedule<Part> {
  if (!overlaps) return SCHEDULE;
  overlapping ??= compileSchedule(withHeadStarts());
  return overlapping;
}

export function stepOf(part: Part): { readonly step: StepName; readonly isHeadStart: boolean } {
  const isHeadStart = part.endsWith(HEAD);
  return { step: (isHeadStart ? part.slice(0, -HEAD.length) : part) as StepName, isHeadStart };
}

/**
 * Series-parallel, without a wait that anybody would notice: what every head start needs is there (the gate) before the
 * first of them goes on as its step, and beside that the others follow. Those go on as their steps when all head starts are done.
 */
function withHeadStarts(): readonly ScheduledStep<Part>[] {
  const ahead = STEPS.flatMap(({ name, headStart }) => (headStart ? [{ name, follows: [], ...headStart }] : []));
  const first = ahead.filter(({ follows }) => follows.length === 0).map(({ name }) => name);
  const later = ahead.filter(({ name }) => !first.includes(name)).map(({ name }) => name);
  const gate: readonly Part[] = [...ahead.flatMap(({ dependsOn }) => dependsOn), ...first.map(head)];
  const heads = ahead.map(({ name, dependsOn, follows }) => ({
    name: head(name),
    dependsOn: first.includes(name) ? dependsOn : [...gate, ...follows.map(head)],
  }));
  const steps = STEPS.map(({ name, dependsOn }): ScheduledStep<Part> => {
    if (first.includes(name)) return { name, dependsOn: [...dependsOn, ...gate] };
    return { name, dependsOn: later.includes(name) ? [...dependsOn, ...later.map(head)] : dependsOn };
  });
  return [...heads, ...steps];
}

function head(step: StepName): Part {
  return `${step}${HEAD}`;
}
