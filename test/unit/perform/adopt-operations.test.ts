import { expect, it } from 'vitest';
import { adoptOperations } from '../../../src/perform/adopt-operations.ts';
import { openFileRunStore } from '../../../src/state/file/run-store.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const FAILED = 'default-01M8434Z00VB7SSV72CDKWWDXY';
const NEXT = 'default-01M8434Z00VB7SSV72CDKWWDXZ';

it('hands on what Azure still does and what must not be done twice, migrations that are done among it', async () => {
  const runs = openFileRunStore({ directory: await tempDirectory() });
  const open = {
    'operation:app': { url: 'https://management.azure.com/o' },
    'build:api': { tag: 't', buildId: 'ch1' },
    'execution:api': { mark: 'm', subject: 's' },
    'migrated:api': { mark: 'm', runId: FAILED },
  };
  await runs.writeMemory(FAILED, 'run_migrations', {
    ...open,
    'build:web': { tag: 't', buildId: 'ch2', done: true },
    startedAt: '2026-01-01T00:00:00Z',
    attempts: 3,
  });
  await adoptOperations(runs, FAILED, NEXT);
  expect(await runs.memory(NEXT, 'run_migrations')).toEqual(open);
});

it('leaves a run alone that has begun by itself', async () => {
  const runs = openFileRunStore({ directory: await tempDirectory() });
  await runs.writeMemory(FAILED, 'run_migrations', { 'migrated:api': { mark: 'm', runId: FAILED } });
  await runs.writeMemory(NEXT, 'run_migrations', { attempts: 1 });
  await adoptOperations(runs, FAILED, NEXT);
  expect(await runs.memory(NEXT, 'run_migrations')).toEqual({ attempts: 1 });
});
