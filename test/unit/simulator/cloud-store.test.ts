import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBlobStore } from '../../../src/simulator/registry/blob-store.ts';
import { openCloudStore } from '../../../src/simulator/store.ts';
import { storedCloud } from '../../helpers/cloud/stored-cloud.ts';
import { tempDirectory } from '../../helpers/temp.ts';

describe('the state of the cloud', () => {
  it('is in its file when a save is over, with what was changed until then', async () => {
    const path = join(await tempDirectory(), 'cloud.json');
    const store = openCloudStore(path);
    const read = () => storedCloud(path).providers;
    const saves = ['a', 'b', 'c'].map(async (name) => {
      store.state.providers[name] = 'now';
      await store.save();
      return read()[name];
    });
    expect(await Promise.all(saves)).toEqual(['now', 'now', 'now']);
    store.state.providers.d = 'now';
    void store.save();
    await store.written();
    expect(read().d).toBe('now');
  });

  it('is saved again after a save that failed', async () => {
    const directory = await tempDirectory();
    const store = openCloudStore(join(directory, 'cloud.json'));
    const cycle = store.state.providers as unknown as Record<string, unknown>;
    cycle.self = store.state;
    await expect(store.save()).rejects.toThrow('circular');
    delete cycle.self;
    await store.save();
    expect(storedCloud(join(directory, 'cloud.json')).tenantId).toBe(store.state.tenantId);
  });
});

describe.each([
  ['in memory', (): Promise<string | undefined> => Promise.resolve(undefined)],
  ['in a folder', async (): Promise<string | undefined> => join(await tempDirectory(), 'blobs')],
])('uploaded blobs %s', (_, folder) => {
  it('are found by their name only, and replaced', async () => {
    const blobs = openBlobStore(await folder());
    blobs.put('one/source/a.tar.gz', Buffer.from('first'));
    blobs.put('one/source/a.tar.gz', Buffer.from('second'));
    blobs.put('one/../../escape', Buffer.from('inside'));
    expect(blobs.get('one/source/a.tar.gz')?.toString()).toBe('second');
    expect(blobs.get('one/../../escape')?.toString()).toBe('inside');
    expect([blobs.get('two/source/a.tar.gz'), blobs.get('one/source/b.tar.gz')]).toEqual([undefined, undefined]);
  });

  it('go when a registry has many newer ones, never those of another registry', async () => {
    const blobs = openBlobStore(await folder());
    blobs.put('other/x', Buffer.from('x'));
    for (let n = 0; n < 45; n += 1) blobs.put(`one/${n}`, Buffer.from(String(n)));
    const left = Array.from({ length: 45 }, (_, n) => blobs.get(`one/${n}`)).filter((blob) => blob !== undefined);
    expect(left).toHaveLength(40);
    expect([blobs.get('other/x')?.toString(), blobs.get('one/44')?.toString()]).toEqual(['x', '44']);
  });

  it('are all in a copy, which has its own from then on', async () => {
    const blobs = openBlobStore(await folder());
    expect(blobs.copy().get('one/a')).toBeUndefined();
    blobs.put('one/source/a.tar.gz', Buffer.from('first'));
    blobs.put('two/../escape', Buffer.from('inside'));
    const copy = blobs.copy();
    blobs.put('one/source/a.tar.gz', Buffer.from('second'));
    copy.drop('two/../escape');
    expect(copy.get('one/source/a.tar.gz')?.toString()).toBe('first');
    expect(blobs.get('two/../escape')?.toString()).toBe('inside');
  });
});
