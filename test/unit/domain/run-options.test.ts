import { describe, expect, it } from 'vitest';
import { NO_OPTIONS, type RunOptions, runOptionsSchema } from '../../../src/domain/run.ts';
import {
  isRepair,
  isWholeDeployment,
  RUN_OPTIONS,
  withWork,
  wordsFor,
  workLeft,
} from '../../../src/domain/runs/run-options.ts';
import { STEP_NAMES } from '../../../src/domain/steps.ts';

const NOTHING_DONE = (): boolean => false;
const ALL: RunOptions = {
  ...NO_OPTIONS,
  autoApprove: true,
  adopt: true,
  allowReplace: ['postgresql'],
  forceSteps: ['create_databases'],
  forceAll: true,
  refresh: true,
};

describe('the options of a run', () => {
  it('each have a class, and one without does not compile', () => {
    expect(Object.keys(RUN_OPTIONS).sort()).toEqual(Object.keys(runOptionsSchema.shape).sort());
    const { refresh: _, ...others } = RUN_OPTIONS;
    // @ts-expect-error: an option without its class
    others satisfies { readonly [Name in keyof Required<RunOptions>]: object };
  });

  it('hand work on, and never what was allowed, how it is told, or what the run is', () => {
    const own = withWork(NO_OPTIONS, workLeft(ALL, NOTHING_DONE));
    const changed = Object.entries(own).filter(([name, value]) => value !== NO_OPTIONS[name as keyof RunOptions]);
    for (const [name] of changed) expect(RUN_OPTIONS[name as keyof RunOptions].class, name).toBe('work');
    expect(own).toEqual({ ...NO_OPTIONS, refresh: true, forceSteps: STEP_NAMES });
  });

  it('leave out what was done of it', () => {
    const work = workLeft({ ...NO_OPTIONS, forceAll: true }, (step) => step !== 'verify_deployment');
    expect(withWork(NO_OPTIONS, work)).toEqual({ ...NO_OPTIONS, forceSteps: ['verify_deployment'] });
    const one: RunOptions = { ...NO_OPTIONS, forceSteps: ['create_databases'] };
    expect(workLeft(one, (step) => step === 'create_databases')).toEqual({ forceSteps: [] });
  });

  it('are told in the words of the command line, without what was asked for anyway', () => {
    const work = workLeft({ ...NO_OPTIONS, refresh: true, forceSteps: ['create_databases'] }, NOTHING_DONE);
    expect(wordsFor(work, NO_OPTIONS)).toEqual(['--refresh', '--force-step create_databases']);
    expect(wordsFor(work, { ...NO_OPTIONS, refresh: true, forceAll: true })).toEqual([]);
    expect(withWork({ ...NO_OPTIONS, forceSteps: ['create_databases'] }, work).forceSteps).toEqual([
      'create_databases',
    ]);
  });

  it('say whether a run deploys, repairs, goes back or deletes', () => {
    const repair: RunOptions = { ...NO_OPTIONS, refresh: true, adopt: true, onlySteps: ['create_databases'] };
    const rollback: RunOptions = { ...NO_OPTIONS, rollbackTo: 'default-01M8434Z00VB7SSV72CDKWWDXY' };
    expect([ALL, repair, rollback].map(isWholeDeployment)).toEqual([true, false, false]);
    expect([ALL, repair, rollback].map(isRepair)).toEqual([false, true, false]);
  });
});
