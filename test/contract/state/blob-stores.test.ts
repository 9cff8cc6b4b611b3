import { createHash } from 'node:crypto';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/events.ts';
import { emptyState } from '../../../src/domain/state.ts';
import { blobNames, invertedUlid } from '../../../src/state/blob/names.ts';
import { openBlobStorage } from '../../../src/state/blob/storage.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import type { DeploymentStorage } from '../../../src/state/ports.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { type Azurite, startAzurite } from '../../helpers/azurite.ts';
import { runStoreSuite } from './run-store-suite.ts';
import { stateStoreSuite } from './state-store-suite.ts';
import { storedDocumentsSuite } from './stored-documents-suite.ts';

let azurite: Azurite;
let count = 0;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

/** A container of its own for each test. */
async function open(options: Parameters<typeof openBlobStorage>[1] = {}): Promise<{
  readonly storage: DeploymentStorage;
  readonly container: string;
  /** The same storage as another process sees it. */
  again(): DeploymentStorage;
}> {
  count += 1;
  const container = options.container ?? `test-${count}`;
  const again = (): DeploymentStorage => openBlobStorage(azurite, { ...options, container });
  const storage = again();
  await storage.prepare();
  return { storage, container, again };
}

function blob(container: string, name: string) {
  return BlobServiceClient.fromConnectionString(azurite.connectionString)
    .getContainerClient(container)
    .getBlockBlobClient(name);
}

stateStoreSuite('the state in a blob', async (clock) => {
  const { storage, container } = await open({ clock });
  const document = blob(container, 'azure-deployment-state.json');
  return {
    store: withClock(storage.environment('default').state, clock.now),
    raw: async () => ((await document.exists()) ? (await document.downloadToBuffer()).toString() : undefined),
    setRaw: async (text) => {
      await document.upload(text, Buffer.byteLength(text));
    },
  };
});

/** Azurite's clock cannot be moved; what the suite asks is what a store does with its clock. */
function withClock<Store extends object>(store: Store, now: () => Date): Store {
  return { ...store, now };
}

const RUN = 'default-01M8434Z00VB7SSV72CDKWWDXY';

runStoreSuite('runs in blobs', async () => {
  const { storage } = await open();
  return { store: storage.environment('default').runs };
});

storedDocumentsSuite('documents in blobs', async ({ digest, kept, run }) => {
  const { storage, container } = await open();
  const names = blobNames('azure-deployment-state.json');
  const blobs = {
    config: names.config('default', digest),
    history: `${names.history('default')}${invertedUlid(kept)}.json`,
    request: names.run('default', run, 'request.json'),
  };
  return {
    stores: storage.environment('default'),
    async put(kind, text) {
      await blob(container, blobs[kind]).upload(text, Buffer.byteLength(text));
    },
    raw: async (kind) => (await blob(container, blobs[kind]).downloadToBuffer()).toString(),
  };
});

function event(id: string): RunEvent {
  return { id, runId: RUN, environment: 'default', at: 't', type: 'log', level: 'info', message: `message ${id}` };
}

describe('events in blobs', () => {
  it('of several processes come in one order, none twice, none lost', async () => {
    const { again } = await open();
    const processes = Array.from({ length: 4 }, () => again().environment('default').runs);
    const ids = Array.from({ length: 12 }, (_, index) => `e${index}`);
    await Promise.all(processes.flatMap((runs) => ids.map((id) => runs.appendEvents(RUN, [event(id)]))));
    const { events } = await again().environment('default').runs.events(RUN);
    expect(events.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  it('go on in the next blob before one is full, and positions stay good', async () => {
    const { storage, again } = await open({ blocksOfABlob: 3 });
    const { runs } = storage.environment('default');
    for (let index = 0; index < 10; index += 1) await runs.appendEvents(RUN, [event(`e${index}`)]);
    const all = await again().environment('default').runs.events(RUN);
    expect(all.events.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, index) => `e${index}`));
    for (const [index, position] of all.positions.entries()) {
      expect((await runs.events(RUN, position)).events).toHaveLength(9 - index);
    }
    await again()
      .environment('default')
      .runs.appendEvents(RUN, [event('e4'), event('e10')]);
    expect((await runs.events(RUN, all.position)).events.map(({ id }) => id)).toEqual(['e10']);
  });
});

describe('a storage', () => {
  it('lists environments whose names are prefixes of one another as two', async () => {
    const { storage, again } = await open();
    for (const environment of ['prod', 'prod-eu', 'default']) {
      const { state } = storage.environment(environment);
      await state.write({ ...emptyState(environment), resource_group: environment }, null);
    }
    expect(await again().environments()).toEqual(['default', 'prod', 'prod-eu']);
    expect((await again().environment('prod').state.read()).value.resource_group).toBe('prod');
  });

  it('remembers the first call with a key, for each environment by itself', async () => {
    const { storage, again } = await open();
    const calls = await Promise.all(
      ['a', 'b', 'c'].map((runId) => again().keyedCall('prod', 'key', { runId, requestDigest: runId })),
    );
    expect(new Set(calls.map(({ runId }) => runId)).size).toBe(1);
    const other = { runId: 'x', requestDigest: 'x' };
    expect(await storage.keyedCall('prod-eu', 'key', other)).toEqual(other);
  });

  it('takes archives at an address that is good for that one only', async () => {
    const { storage } = await open();
    const bytes = Buffer.from('an archive');
    const digest = createHash('sha256').update(bytes).digest('hex');
    expect(await storage.sources.has(digest)).toBe(false);
    const { url, headers, expiresAt } = await storage.sources.uploadAddress(digest);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    const put = (address: string) => fetch(address, { method: 'PUT', body: bytes, headers });
    expect((await put(url.replace(digest, 'f'.repeat(64)))).status).toBe(403);
    expect((await fetch(url)).status).toBe(403);
    expect((await put(url)).status).toBe(201);
    expect(await storage.sources.has(digest)).toBe(true);
    const chunks: Buffer[] = [];
    for await (const chunk of await storage.sources.open(digest)) chunks.push(Buffer.from(chunk as Uint8Array));
    expect(Buffer.concat(chunks)).toEqual(bytes);
    await expect(storage.sources.open('0'.repeat(64))).rejects.toMatchObject({ code: 'source_unknown' });
  });

  it('lets one of fifty have the lock', async () => {
    const { again } = await open();
    const wakeBy = new Date(Date.now() + 600_000).toISOString();
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        acquireLock(again().environment('prod').state, {
          runId: `prod-${index}`,
          holder: 'h',
          engine: 'e',
          step: null,
          wakeBy,
        }),
      ),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason as { code: string }] : []));
    expect(new Set(reasons.map(({ code }) => code))).toEqual(new Set(['state_locked']));
  });

  it('makes its container with the first write of any kind', async () => {
    const fresh = (name: string) => openBlobStorage(azurite, { container: `fresh-${name}` }).environment('prod');
    expect(await fresh('state').state.read()).toMatchObject({ etag: null });
    await updateState(fresh('state').state, (state) => ({ ...state, resource_group: 'rg' }));
    expect((await fresh('state').state.read()).value.resource_group).toBe('rg');
    const run = RUN.replace('default', 'prod');
    await fresh('events').runs.appendEvents(run, [{ ...event('a'), runId: run, environment: 'prod' }]);
    expect((await fresh('events').runs.events(run)).events).toHaveLength(1);
    expect(await openBlobStorage(azurite, { container: 'never-used' }).environments()).toEqual([]);
  });

  it('is prepared again and again', async () => {
    const { again } = await open();
    const storage = again();
    await storage.prepare();
    const { state } = storage.environment('prod');
    expect(Math.abs(state.now().getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('goes by the time of the account', async () => {
    const wrong = { now: () => new Date('2001-01-01T00:00:00Z') };
    const { storage } = await open({ clock: wrong });
    const { state } = storage.environment('prod');
    await state.read();
    expect(Math.abs(state.now().getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('that goes away in mid-run is told plainly, and is as it was when it is back', async () => {
    const own = await startAzurite();
    const storage = openBlobStorage(own, { container: 'gone' });
    await storage.prepare();
    const { state } = storage.environment('prod');
    await updateState(state, (current) => ({ ...current, resource_group: 'rg' }));
    await own.stop();
    const failure = await state.read().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'storage_unreachable', message: expect.stringContaining('gone') });
    expect(String(failure)).not.toContain('Eby8');
  });

  it('that is named by nonsense is refused without repeating it', () => {
    expect(() => openBlobStorage({ connectionString: 'AccountKey=secret' })).toThrow('cannot be read');
    try {
      openBlobStorage({ connectionString: 'AccountKey=secret' });
    } catch (error) {
      expect(String(error)).not.toContain('secret');
    }
  });
});
