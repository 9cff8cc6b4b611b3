import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as df from 'durable-functions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedHost, openHost } from '../../../src/runtime/host.ts';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { activities, orchestrations } from './orchestrations-under-test.ts';

const COMPACT_ABOVE_BYTES = 64 * 1024;

let worker: FunctionsWorker;

beforeAll(async () => {
  worker = await loadFunctions(() => {
    for (const [name, handler] of Object.entries(orchestrations)) df.app.orchestration(name, handler);
    for (const [name, handler] of Object.entries(activities)) df.app.activity(name, { handler });
  });
});

async function runMany(engine: EmbeddedHost, name: string, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const instanceId = `${name}-${number}`;
    await engine.startNew('families', { instanceId, input: {} });
    expect((await engine.completion(instanceId)).runtimeStatus).toBe('Completed');
  }
}

describe('an engine that runs for long', () => {
  it('keeps what runs and what ended last, and neither journal nor memory grow with the number of runs', async () => {
    const directory = await tempDirectory();
    const journal = join(directory, 'journal.jsonl');
    const open = async () => await openHost({ directory, worker, compactAboveBytes: COMPACT_ABOVE_BYTES });
    const sizes = async (engine: EmbeddedHost) => ({
      bytes: (await stat(journal)).size,
      instances: engine.query({ pageSize: 100_000 }).statuses.length,
    });
    const first = await open();
    first.start();
    await first.startNew('approval', { instanceId: 'waiting', input: {} });
    await first.raiseEvent('waiting', 'approval', { digest: 'wrong' });
    await runMany(first, 'a', 60);
    const before = await sizes(first);
    await runMany(first, 'b', 60);
    const after = await sizes(first);
    // Twice the runs, and within the same bound, which is that of what began with a full journal.
    for (const { bytes, instances } of [before, after]) {
      expect(bytes).toBeLessThan(2 * COMPACT_ABOVE_BYTES);
      expect(instances).toBeLessThan(60);
    }
    expect(first.status('a-0')).toBeUndefined();
    expect(first.status('b-59')?.runtimeStatus).toBe('Completed');
    await first.stop({ graceInMs: 0 });
    const second = await open();
    expect(second.status('waiting')?.runtimeStatus).toBe('Running');
    expect(second.status('b-59')?.runtimeStatus).toBe('Completed');
    second.start();
    await second.raiseEvent('waiting', 'approval', { digest: 'right' });
    expect((await second.completion('waiting')).runtimeStatus).toBe('Completed');
    await second.stop({ graceInMs: 0 });
  });
});
