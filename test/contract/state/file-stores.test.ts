import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFileRunStore } from '../../../src/state/file/run-store.ts';
import { openFileStateStore, stateFilePath } from '../../../src/state/file/state-store.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { event, RUN, runStoreSuite } from './run-store-suite.ts';
import { stateStoreSuite } from './state-store-suite.ts';
import { storedDocumentsSuite } from './stored-documents-suite.ts';

stateStoreSuite('the state in a file', async (clock) => {
  const directory = await tempDirectory();
  const path = join(directory, 'state.json');
  return {
    store: openFileStateStore({ path, environment: 'default', directory: join(directory, 'own'), clock }),
    raw: () =>
      readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
    setRaw: (text) => writeFile(path, text),
  };
});

runStoreSuite('runs in files', async () => ({ store: openFileRunStore({ directory: await tempDirectory() }) }));

storedDocumentsSuite('documents in files', async ({ digest, kept, run }) => {
  const directory = await tempDirectory();
  const paths = {
    config: join(directory, 'configs', `${digest}.json`),
    history: join(directory, 'history', `${kept}.json`),
    request: join(directory, 'runs', run, 'request.json'),
  };
  return {
    stores: {
      state: openFileStateStore({ path: join(directory, 'state.json'), environment: 'default', directory }),
      runs: openFileRunStore({ directory }),
    },
    async put(kind, text) {
      await mkdir(dirname(paths[kind]), { recursive: true });
      await writeFile(paths[kind], text);
    },
    raw: (kind) => readFile(paths[kind], 'utf8'),
  };
});

describe('the state file', () => {
  it('has the environment in its name, unless that is the default one', () => {
    expect(stateFilePath('.azure-deployment-state-v1.json', 'default')).toBe('.azure-deployment-state-v1.json');
    expect(stateFilePath('.azure-deployment-state-v1.json', 'staging')).toBe('.azure-deployment-state-v1.staging.json');
  });

  it('that cannot be written is told of before anything happens', async () => {
    const directory = await tempDirectory();
    await writeFile(join(directory, 'file'), '');
    const store = openFileStateStore({
      path: join(directory, 'file', 'state.json'),
      environment: 'default',
      directory,
    });
    await expect(store.checkWritable()).rejects.toMatchObject({ code: 'state_not_writable' });
  });
});

// Appends to a blob are whole or not at all.
it('events in files neither show nor keep a line that a crash tore', async () => {
  const directory = await tempDirectory();
  const store = openFileRunStore({ directory });
  await store.appendEvents(RUN, [event('a')]);
  await appendFile(join(directory, 'runs', RUN, 'events.ndjson'), '{"id":"half');
  expect((await store.events(RUN)).events.map(({ id }) => id)).toEqual(['a']);
  await store.appendEvents(RUN, [event('b')]);
  expect((await store.events(RUN)).events.map(({ id }) => id)).toEqual(['a', 'b']);
});
