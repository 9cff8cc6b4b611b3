import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { updateState } from '../../../src/state/update-state.ts';
import { bench, DONE, FAILED, RUN } from './step-bench.ts';

describe('a call of a step that may have been finished before', () => {
  it('does not run a step again that had finished when its process died', async () => {
    const one = await bench();
    await one.call(1, async () => DONE);
    await rm(join(one.directory, 'runs', RUN, 'answers'), { recursive: true });
    expect(await one.call(1, async () => DONE)).toEqual({ kind: 'completed' });
    expect(one.calls).toHaveLength(1);
  });

  it('skips a step whose dependencies are as they were', async () => {
    const one = await bench();
    await one.call(1, async () => DONE);
    const { runs, state } = one.services.stores('default');
    await runs.writeMemory(RUN, 'create_monitoring', {});
    await updateState(state, (current) => ({
      ...current,
      steps: { create_monitoring: { ...FAILED, ...current.steps.create_monitoring, run_id: 'default-before' } },
    }));
    expect(await one.call(2, async () => DONE)).toEqual({ kind: 'skipped' });
    expect(one.calls).toHaveLength(1);
  });

  it('does not run a step again that this run has finished, whatever became of its memory', async () => {
    const one = await bench();
    await one.call(1, async () => DONE);
    await one.services.stores('default').runs.writeMemory(RUN, 'create_monitoring', {});
    expect(await one.call(2, async () => DONE)).toEqual({ kind: 'completed' });
    expect(one.calls).toHaveLength(1);
    const told = one.events.map(({ type }) => type);
    expect(told.filter((type) => type === 'step_started' || type === 'step_completed')).toEqual([
      'step_started',
      'step_completed',
    ]);
  });

  it('does not start where the state has lost what the run did before', async () => {
    const one = await bench();
    const { value } = await one.services.stores('default').state.read();
    const lock = { fence: value.fence, acquiredAt: value.lock?.acquiredAt ?? '' };
    const known = { lock, done: ['create_resource_group'] as const };
    expect(await one.call(1, async () => DONE, known)).toEqual({ kind: 'behind' });
    expect(one.calls).toEqual([]);
    expect(one.events.map((event) => (event.type === 'log' ? event.message : event.type)).join()).toContain(
      'the state does not have what this run did in create_resource_group',
    );
  });
});
