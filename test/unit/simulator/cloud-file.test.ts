import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { watchState } from '../../../src/simulator/cloud-file/changes.ts';
import { openJournal, readCloudFile } from '../../../src/simulator/cloud-file/journal.ts';
import { type CloudState, type CloudStore, openCloudStore, type StoredResource } from '../../../src/simulator/store.ts';
import { storedCloud } from '../../helpers/cloud/stored-cloud.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const AT = '2026-04-09T20:00:00.000Z';

function resource(name: string, body: StoredResource['body'] = {}): StoredResource {
  return { id: `/R/${name}`, name, type: 'T', body, extra: {}, createdAt: AT, updatedAt: AT };
}

async function cloudFile(): Promise<{ readonly path: string; readonly store: CloudStore }> {
  const path = join(await tempDirectory(), 'simulator', 'cloud.json');
  return { path, store: openCloudStore(path) };
}

/** The files as a kill would leave them now. */
async function killed(path: string, edit: (path: string) => void = () => undefined): Promise<CloudState> {
  const copy = join(await tempDirectory(), 'simulator', 'cloud.json');
  cpSync(dirname(path), dirname(copy), { recursive: true });
  edit(copy);
  return openCloudStore(copy).plain;
}

/** One way to change each kind of what a cloud holds, as its services do it. */
const CHANGES: Readonly<Record<string, (state: CloudState) => void>> = {
  'a resource is made': (state) => {
    state.resources['/r/new'] = resource('new', { location: 'here' });
  },
  'a resource has another body': (state) => {
    const found = state.resources['/r/a'];
    if (found) found.body = { location: 'there' };
  },
  'a member of its extra is set': (state) => {
    const found = state.resources['/r/a'];
    if (found) found.extra.keys = { one: 'k' };
  },
  'a member of its extra goes': (state) => {
    delete state.resources['/r/a']?.extra.old;
  },
  'a member goes': (state) => {
    delete state.resources['/r/a']?.failed;
  },
  'a resource goes': (state) => {
    delete state.resources['/r/a'];
  },
  'an operation settles': (state) => {
    for (const operation of Object.values(state.operations)) operation.settled = true;
  },
  'a resource moves to another collection': (state) => {
    const gone = state.resources['/r/a'];
    if (gone) state.deletedWorkspaces['/r/a'] = { resource: gone, deletedAt: AT };
    delete state.resources['/r/a'];
  },
  'something deep in a registry': (state) => {
    state.registries['/r/reg']?.runs.push({ runId: 'ch1' } as never);
  },
  'a secret in a new vault': (state) => {
    state.secrets['/r/vault'] ??= {};
    Object.assign(state.secrets['/r/vault'] ?? {}, { password: { name: 'password' } });
  },
  'a member that is no collection': (state) => {
    state.behaviour.tellsOutages = true;
  },
  'a list': (state) => {
    state.eventDeliveries = [...state.eventDeliveries, { subscriptionId: 's' } as never];
  },
  'a member that was not there': (state) => {
    state.clientSecretExpires = AT;
  },
};

/** With something of each kind, written. */
async function filledCloud(): Promise<Awaited<ReturnType<typeof cloudFile>>> {
  const file = await cloudFile();
  const { state } = file.store;
  state.resources['/r/a'] = { ...resource('a'), extra: { old: true }, failed: true };
  state.registries['/r/reg'] = { loginServer: 'reg', runs: [], pushes: [] } as never;
  state.operations.one = { id: 'one', kind: 'create', resourceId: '/R/a', type: 'T', location: 'here' } as never;
  await file.store.save();
  await file.store.save();
  return file;
}

describe('the file of a cloud', () => {
  it.each(Object.entries(CHANGES))('has what was saved: %s', async (_, change) => {
    const { path, store } = await filledCloud();
    const before = readFileSync(path, 'utf8');
    store.nextTurn();
    change(store.state);
    await store.save();
    expect(await killed(path)).toEqual(store.plain);
    // It was not written anew for that.
    expect(readFileSync(path, 'utf8')).toBe(before);
    await store.close();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject(JSON.parse(JSON.stringify(store.plain)));
    expect(existsSync(`${path}.journal`)).toBe(false);
    expect(await killed(path)).toEqual(store.plain);
  });

  it('has all that was saved before, wherever a kill cuts what was not', async () => {
    const { path, store } = await filledCloud();
    for (const change of Object.values(CHANGES).slice(0, 3)) change(store.state);
    await store.save();
    const [before, length] = [structuredClone(store.plain), statSync(`${path}.journal`).size];
    for (const change of Object.values(CHANGES)) change(store.state);
    await store.save();
    const journal = readFileSync(`${path}.journal`);
    expect(journal.length).toBeGreaterThan(length + 500);
    for (let bytes = length; bytes < journal.length; bytes += 1) {
      writeFileSync(`${path}.journal`, journal.subarray(0, bytes));
      if (bytes % 37 === 0 || bytes > journal.length - 3) expect(storedCloud(path)).toEqual(before);
      else storedCloud(path);
    }
    writeFileSync(`${path}.journal`, journal);
    expect(storedCloud(path)).toEqual(JSON.parse(JSON.stringify(store.plain)));
    // Whoever starts on what was cut goes on from it.
    writeFileSync(`${path}.journal`, journal.subarray(0, journal.length - 5));
    const next = openCloudStore(path);
    next.state.providers.again = AT;
    await next.save();
    await next.save();
    expect(await killed(path)).toEqual({ ...before, providers: { ...before.providers, again: AT } });
  });

  it('is that of an earlier version, too, and goes on', async () => {
    const { path, store } = await cloudFile();
    mkdirSync(dirname(path), { recursive: true });
    const { logs: _later, ...earlier } = { ...store.plain, providers: { 'microsoft.app': AT } };
    writeFileSync(path, JSON.stringify(earlier));
    const next = openCloudStore(path);
    expect(next.plain).toEqual({ ...earlier, logs: {} });
    await next.save();
    next.state.providers.more = AT;
    await next.save();
    expect(await killed(path)).toEqual({ ...earlier, logs: {}, providers: { 'microsoft.app': AT, more: AT } });
  });

  it('is whole when whoever has it ends, also twice at once, and goes on after', async () => {
    const { path, store } = await filledCloud();
    store.state.providers.last = AT;
    await Promise.all([store.close(), store.close(), store.save()]);
    expect(existsSync(`${path}.journal`)).toBe(false);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ providers: { last: AT } });
    store.state.providers.more = AT;
    await store.save();
    expect((await killed(path)).providers).toEqual({ last: AT, more: AT });
  });

  it('does not take the journal of an earlier file for its own', async () => {
    const { path, store } = await filledCloud();
    store.state.providers.early = 'old';
    await store.save();
    const journal = readFileSync(`${path}.journal`);
    store.state.providers.early = 'new';
    store.changedThroughout();
    await store.save();
    // As a kill between the two leaves them.
    const found = await killed(path, (copy) => writeFileSync(`${copy}.journal`, journal));
    expect(found.providers).toEqual({ early: 'new' });
    expect((await killed(path, (copy) => writeFileSync(`${copy}.journal`, ''))).providers).toEqual({ early: 'new' });
  });

  it('is written as a whole after a write that failed, with what that one had', async () => {
    const { path, store } = await filledCloud();
    rmSync(`${path}.journal`);
    mkdirSync(`${path}.journal`);
    store.state.providers.first = AT;
    await expect(store.save()).rejects.toThrow('EISDIR');
    rmSync(`${path}.journal`, { recursive: true });
    await store.save();
    expect((await killed(path)).providers).toEqual({ first: AT });
  });

  it('costs what is changed, however much there is', async () => {
    const { path, store } = await cloudFile();
    for (let n = 0; n < 2000; n += 1) store.state.resources[`/r/${n}`] = resource(String(n), { text: 'x'.repeat(500) });
    await store.save();
    const before = statSync(`${path}.journal`).size;
    for (let n = 0; n < 100; n += 1) {
      store.nextTurn();
      const found = store.state.resources[`/r/${n}`];
      if (found) found.failed = true;
      await store.save();
    }
    expect((statSync(`${path}.journal`).size - before) / 100).toBeLessThan(1000);
    expect(await killed(path)).toEqual(store.plain);
  });

  it('says that it is broken where it is, and not at its end', async () => {
    const { path, store } = await filledCloud();
    store.state.providers.first = AT;
    await store.save();
    store.state.providers.second = AT;
    await store.save();
    const journal = readFileSync(`${path}.journal`, 'utf8');
    writeFileSync(`${path}.journal`, journal.replace('"first"', '"first'));
    expect(() => readCloudFile(path)).toThrow(SyntaxError);
  });
});

describe('a journal', () => {
  it('gives way to a new file when it is long, and nothing is lost', async () => {
    const path = join(await tempDirectory(), 'cloud.json');
    const journal = openJournal(path, 1000);
    const plain = { providers: {} as Record<string, string> };
    const { state, take } = watchState(plain, { replaced: [], lookedUp: ['providers'] });
    const lengths: number[] = [];
    for (let n = 0; n < 100; n += 1) {
      state.providers[`provider-${n}`] = 'x'.repeat(50);
      await journal.write(take(), () => JSON.stringify(plain));
      lengths.push(statSync(`${path}.journal`).size);
      expect(readCloudFile(path)).toEqual(plain);
    }
    const shorter = lengths.filter((length, index) => length < (lengths[index - 1] ?? 0));
    expect(shorter.length).toBeGreaterThan(1);
    expect(shorter.length).toBeLessThan(10);
  });
});

describe('what is looked up', () => {
  it('may be changed until the next turn is over, whatever is written meanwhile', async () => {
    const { path, store } = await filledCloud();
    store.nextTurn();
    const held = store.state.registries['/r/reg'];
    // Another request's writing, while this one waits for something.
    await store.save();
    await store.save();
    held?.runs.push({ runId: 'late' } as never);
    store.nextTurn();
    await store.save();
    expect(await killed(path)).toEqual(store.plain);
  });
});
