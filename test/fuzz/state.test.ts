import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/domain/events.ts';
import { emptyState } from '../../src/domain/state.ts';
import { UserError } from '../../src/shared/errors.ts';
import { openFileRunStore } from '../../src/state/file/run-store.ts';
import { parseState, readableState } from '../../src/state/parse-state.ts';
import { tempDirectory } from '../helpers/temp.ts';
import { mutated, mutatedDocument } from './mutations.ts';
import { expectRefusal, feed } from './run.ts';

const STEP = {
  status: 'completed',
  timestamp: '2026-01-01T00:00:00Z',
  dependency_hash: 'abc',
  dependencies: { 'config:redis.sku': { hash: 'x', value: '"Basic"' } },
  outputs: { loginServer: 'x.azurecr.io' },
  metadata: { note: { deep: [1, 2, 3] } },
};
const CURRENT = {
  ...emptyState('default'),
  fence: 3,
  lock: {
    runId: 'default-01ARZ3NDEKTSV4RRFFQ69G5FAV',
    holder: 'me',
    engine: 'local',
    acquiredAt: 'now',
    step: null,
    fence: 3,
    wakeBy: '2026-01-01T00:00:00Z',
  },
  steps: { create_databases: STEP },
  resources: { redis: { id: '/subscriptions/x', type: 'Microsoft.Cache/redis', step: 'create_databases' } },
};
const ORIGINAL = {
  version: '1.0',
  last_updated: 'x',
  steps: { create_databases: { ...STEP } },
  resources: { a: { key: 'b' } },
};
const OLDER = { completed_steps: ['create_databases', 'nonsense', 3], created_resources: { db: { password: 'x' } } };
const DOCUMENTS = [CURRENT, ORIGINAL, OLDER];
const PLACE = '/somewhere/state.json';

function check(text: string): void {
  try {
    const { state } = parseState(text, 'default', PLACE);
    const again = parseState(JSON.stringify(state), 'default', PLACE);
    expect(JSON.stringify(again.state)).toBe(JSON.stringify(state));
  } catch (error) {
    expectRefusal(error, [UserError], PLACE);
  }
  readableState(text, 'default', PLACE);
}

describe('a hostile state document', () => {
  it('is refused by its name or read, whatever the text', async () => {
    await feed('state texts', 4000, mutated(...DOCUMENTS.map((one) => JSON.stringify(one, null, 1))), check);
  });

  it('is refused by its name or read, whatever the values and keys', async () => {
    const documents = fc.constantFrom(...DOCUMENTS).chain(mutatedDocument);
    await feed('state documents', 4000, documents, (document) => check(JSON.stringify(document)));
  });
});

describe('a hostile event log', () => {
  it('is refused by its file or read, whatever the position', async () => {
    const runId = 'default-01ARZ3NDEKTSV4RRFFQ69G5FAV';
    const directory = await tempDirectory();
    const folder = join(directory, 'runs', runId);
    await mkdir(folder, { recursive: true });
    const about = { runId, environment: 'default', at: '2026-01-01T00:00:00Z' };
    const events: RunEvent[] = [
      { ...about, id: 'run/open/1', type: 'run_started', resumed: false, startedBy: 'me', version: '1' },
      { ...about, id: 'x/1/1', type: 'log', level: 'info', message: 'é😀' },
      { ...about, id: 'x/1/2', type: 'step_skipped', step: 'create_databases', reason: 'same' },
    ];
    const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    const input = fc.tuple(mutated(text), fc.oneof(fc.nat({ max: 600 }).map(String), mutated('0', '120')));
    await feed('event logs', 1000, input, async ([log, position]) => {
      await writeFile(join(folder, 'events.ndjson'), log);
      const { events: read } = openFileRunStore({ directory });
      for (const after of [undefined, position]) {
        try {
          const page = await read(runId, after);
          expect(page.positions).toHaveLength(page.events.length);
          const rest = await read(runId, page.position);
          expect(rest.events).toEqual([]);
        } catch (error) {
          expectRefusal(error, [UserError], /events\.ndjson at byte \d+|no position in this event stream/);
        }
      }
    });
  });

  it('has no run outside of its folder', async () => {
    const { events, plan, memory } = openFileRunStore({ directory: await tempDirectory() });
    await feed('run ids', 500, mutated('default-01ARZ3NDEKTSV4RRFFQ69G5FAV'), async (runId) => {
      for (const read of [async () => events(runId), async () => plan(runId), async () => memory(runId, 'run')]) {
        const outcome = await read().then(
          () => 'read',
          (error: Error) => error.message,
        );
        expect(/^[a-z][a-z0-9-]{0,38}-[0-9A-Z]{26}$/.test(runId) ? 'fine' : outcome).toMatch(/is no run id|fine/);
      }
    });
  });
});
