import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inheritMemory, openMemory } from '../../../src/engine/memory.ts';
import { defineRecord, defineRecords } from '../../../src/engine/record.ts';
import { openFileRunStore } from '../../../src/state/file/run-store.ts';
import type { RunStore, StepMemoryRecord } from '../../../src/state/ports.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const RUN = 'default-01M8434Z00VB7SSV72CDKWWDXY';
const NEXT = 'default-01M8434Z00VB7SSV72CDKWWDXZ';
const LAST = 'default-01M8434Z00VB7SSV72CDKWWDY0';
const STEP = 'create_monitoring';

const numbers = defineRecords({ name: 'number', scope: 'run', schema: z.number() });
const note = defineRecord({ name: 'note', scope: 'run', schema: z.string() });
const jobs = defineRecords({
  name: 'job',
  scope: 'inherited',
  schema: z.object({ id: z.string(), done: z.boolean().exactOptional() }),
  isOpen: ({ done }) => done !== true,
});

async function store(): Promise<RunStore> {
  return openFileRunStore({ directory: await tempDirectory() });
}

/** A store whose writes wait for `release`. */
function slowStore() {
  const written: StepMemoryRecord[] = [];
  const releases: ((error?: Error) => void)[] = [];
  const runs = {
    memory: async () => ({ note: 'before' }),
    writeMemory: (_run: string, _scope: string, record: StepMemoryRecord) => {
      written.push(record);
      return new Promise<void>((resolve, reject) => releases.push((error) => (error ? reject(error) : resolve())));
    },
  } as unknown as RunStore;
  const release = async (error?: Error): Promise<void> => {
    await expect.poll(() => releases.length).toBeGreaterThan(0);
    releases.shift()?.(error);
  };
  return { runs, written, release };
}

describe('the memory of a step', () => {
  it('writes once what is set at the same moment, and once more what came while that was written', async () => {
    const { runs, written, release } = slowStore();
    const memory = await openMemory(runs, RUN, STEP);
    const first = Promise.all([memory.write(numbers, 1, 'a'), memory.write(numbers, 2, 'b'), memory.delete(note)]);
    await expect.poll(() => written.length).toBe(1);
    const second = Promise.all([memory.write(numbers, 3, 'c'), memory.write(numbers, 4, 'a')]);
    await release();
    await first;
    await release();
    await second;
    expect(written).toMatchObject([
      { 'number:a': 1, 'number:b': 2 },
      { 'number:a': 4, 'number:b': 2, 'number:c': 3 },
    ]);
    expect(written[0]).not.toHaveProperty('note');
  });

  it('tells everybody whose write failed, and writes everything with the next', async () => {
    const { runs, written, release } = slowStore();
    const memory = await openMemory(runs, RUN, STEP);
    const both = Promise.allSettled([memory.write(numbers, 1, 'a'), memory.write(numbers, 2, 'b')]);
    await release(new Error('disk full'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = memory.write(numbers, 3, 'c');
    await release();
    await next;
    expect(written.at(-1)).toMatchObject({ note: 'before', 'number:a': 1, 'number:b': 2, 'number:c': 3 });
  });

  it('gives a later call what it wrote, and refuses what has another shape', async () => {
    const runs = await store();
    await (await openMemory(runs, RUN, STEP)).write(jobs, { id: 'j-1' }, 'api');
    const later = await openMemory(runs, RUN, STEP);
    expect(later.read(jobs, 'api')).toEqual({ id: 'j-1' });
    expect(later.read(jobs, 'web')).toBeUndefined();
    await runs.writeMemory(RUN, STEP, { 'job:api': 7 });
    const damaged = await openMemory(runs, RUN, STEP);
    expect(() => damaged.read(jobs, 'api')).toThrow(expect.objectContaining({ code: 'record_corrupt' }));
  });
});

describe('the run that takes over', () => {
  it('inherits what is open, and nothing that was of the run alone', async () => {
    const runs = await store();
    const memory = await openMemory(runs, RUN, STEP);
    await memory.write(numbers, 1, 'a');
    await memory.write(jobs, { id: 'j-1' }, 'api');
    await memory.write(jobs, { id: 'j-2', done: true }, 'web');
    await inheritMemory(runs, { from: RUN, to: NEXT }, STEP);
    const next = await openMemory(runs, NEXT, STEP);
    expect(next.read(jobs, 'api')).toEqual({ id: 'j-1' });
    expect(next.isInherited(jobs, 'api')).toBe(true);
    expect(next.read(jobs, 'web')).toBeUndefined();
    expect(next.read(numbers, 'a')).toBeUndefined();
  });

  it('owns what it has written itself, and hands on what it has not touched', async () => {
    const runs = await store();
    const memory = await openMemory(runs, RUN, STEP);
    await memory.write(jobs, { id: 'j-1' }, 'api');
    await memory.write(jobs, { id: 'j-2' }, 'web');
    await inheritMemory(runs, { from: RUN, to: NEXT }, STEP);
    const next = await openMemory(runs, NEXT, STEP);
    await next.write(jobs, { id: 'j-1', done: true }, 'api');
    expect(next.isInherited(jobs, 'api')).toBe(false);
    await inheritMemory(runs, { from: NEXT, to: LAST }, STEP);
    const last = await openMemory(runs, LAST, STEP);
    expect(last.read(jobs, 'web')).toEqual({ id: 'j-2' });
    expect(last.read(jobs, 'api')).toBeUndefined();
  });
});
