import type { RunOptions } from '../run.ts';
import { STEP_NAMES, type StepName } from '../steps.ts';

/** What is more to be done than follows from what changed. */
export type Work = Pick<RunOptions, 'refresh' | 'forceSteps'>;

type OptionRule =
  /** What a run is, who agreed to it, and how it is told: of the run that was asked for alone. */
  | { readonly class: 'aim' | 'permission' | 'manner' }
  /** Adds to what is to be done: whoever takes the run's place does the rest of it, too. */
  | { readonly class: 'work'; rest(options: RunOptions, isDone: (step: StepName) => boolean): Partial<Work> };

/** Every option of a run, and what becomes of it when another run takes the place of this one. */
export const RUN_OPTIONS = {
  dryRun: { class: 'manner' },
  resume: { class: 'manner' },
  verbose: { class: 'manner' },
  autoApprove: { class: 'permission' },
  adopt: { class: 'permission' },
  allowReplace: { class: 'permission' },
  // Whoever gives an environment its end agrees to what becomes of it then.
  expires: { class: 'permission' },
  // Of this plan, by who has seen what it costs.
  acceptCost: { class: 'permission' },
  rollbackTo: { class: 'aim' },
  onlySteps: { class: 'aim' },
  destroy: { class: 'aim' },
  checksDrift: { class: 'aim' },
  refresh: { class: 'work', rest: ({ refresh }) => (refresh ? { refresh } : {}) },
  forceSteps: {
    class: 'work',
    rest: ({ forceSteps }, isDone) => ({ forceSteps: forceSteps.filter((step) => !isDone(step)) }),
  },
  // As steps, since what has been done is not done once more.
  forceAll: {
    class: 'work',
    rest: ({ forceAll }, isDone) => (forceAll ? { forceSteps: STEP_NAMES.filter((step) => !isDone(step)) } : {}),
  },
} as const satisfies { readonly [Name in keyof Required<RunOptions>]: OptionRule };

/** What a run was to do besides what changed, without what it has done of it. */
export function workLeft(options: RunOptions, isDone: (step: StepName) => boolean): Work {
  const rules: readonly OptionRule[] = Object.values(RUN_OPTIONS);
  const rests = rules.map((rule) => (rule.class === 'work' ? rule.rest(options, isDone) : {}));
  const steps = new Set(rests.flatMap(({ forceSteps = [] }) => forceSteps));
  return {
    forceSteps: STEP_NAMES.filter((step) => steps.has(step)),
    ...(rests.some(({ refresh }) => refresh) && { refresh: true }),
  };
}

/** The words of the command line that ask for what a run is not asked for itself. */
export function wordsFor({ refresh, forceSteps }: Work, own: RunOptions): string[] {
  const isForced = (step: StepName): boolean => own.forceAll || own.forceSteps.includes(step);
  return [
    ...(refresh && !own.refresh ? ['--refresh'] : []),
    ...forceSteps.filter((step) => !isForced(step)).map((step) => `--force-step ${step}`),
  ];
}

export function withWork(own: RunOptions, { refresh, forceSteps }: Work): RunOptions {
  const more = forceSteps.filter((step) => !own.forceSteps.includes(step));
  return { ...own, forceSteps: [...own.forceSteps, ...more], ...(refresh && { refresh }) };
}

/** It brings all of the configuration about, so that it can go on with what another one was to do. */
export function isWholeDeployment({ rollbackTo, onlySteps, destroy }: RunOptions): boolean {
  return !rollbackTo && !onlySteps && !destroy;
}

/** It goes on from what steps have left that it does not run. */
export function isPartOfDeployment(options: RunOptions): boolean {
  return !isWholeDeployment(options) && !options.destroy;
}

/** It puts back what drifted from what was deployed last. */
export function isRepair({ refresh, onlySteps, rollbackTo, destroy }: RunOptions): boolean {
  return refresh === true && Boolean(onlySteps) && !rollbackTo && !destroy;
}
