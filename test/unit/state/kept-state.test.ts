import { describe, expect, it } from 'vitest';
import type { RunRequest } from '../../../src/domain/run.ts';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import { keepState } from '../../../src/state/kept-state.ts';
import type { EnvironmentStores, HistoryEntry } from '../../../src/state/ports.ts';
import { begunRun } from '../../helpers/begun-run.ts';

const FIRST = 'default-01M8434Z00VB7SSV72CDKWWDXY';
const SECOND = 'default-01M8434Z00VB7SSV72CDKWWDXZ';
const THIRD = 'default-01M8434Z01VB7SSV72CDKWWDXZ';

function entryOf(runId: string, state: Partial<EnvironmentState> = {}): HistoryEntry {
  const images = { app: 'registry.azurecr.io/app@sha256:1' };
  return { runId, at: `${runId} ended`, configDigest: 'd', images, state: { ...emptyState('default'), ...state } };
}

/** Stores in which the first run is kept. */
async function kept(): Promise<EnvironmentStores & { keep(entry: HistoryEntry, source?: string): Promise<void> }> {
  const { stores } = await begunRun({});
  const first = (await stores.runs.request(FIRST)) as RunRequest;
  const keep = async (entry: HistoryEntry, source: string | null = first.source): Promise<void> =>
    await keepState(stores, { ...first, runId: entry.runId, source }, entry, stores.state.history({ limit: 1 }));
  await keep(entryOf(FIRST));
  return { ...stores, keep };
}

async function runsKept({ state }: EnvironmentStores): Promise<readonly string[]> {
  return (await state.history({ limit: 100 })).map(({ runId }) => runId);
}

describe('the state of a successful run', () => {
  it('is not kept again by a run that changed nothing', async () => {
    const stores = await kept();
    const last_run = { run_id: FIRST, status: 'succeeded', finished_at: 'then' };
    await stores.keep(entryOf(SECOND, { serial: 9, fence: 3, last_updated: 'later', last_run }));
    expect(await runsKept(stores)).toEqual([FIRST]);
  });

  it.each([
    ['another configuration', { ...entryOf(SECOND), configDigest: 'e' }],
    ['other images', { ...entryOf(SECOND), images: {} }],
    ['another end', entryOf(SECOND, { expires: { at: 'soon', by: 'me', set_at: 'now' } as never })],
  ])('is kept with %s', async (_, entry) => {
    const stores = await kept();
    await stores.keep(entry);
    expect(await runsKept(stores)).toEqual([SECOND, FIRST]);
  });

  it('is kept where the sources are elsewhere, from which a repair would build', async () => {
    const stores = await kept();
    await stores.keep(entryOf(SECOND), '/another/folder');
    expect(await runsKept(stores)).toEqual([SECOND, FIRST]);
  });

  it('is compared with what was kept last, not with what was so before', async () => {
    const stores = await kept();
    await stores.keep({ ...entryOf(SECOND), images: {} });
    await stores.keep(entryOf(THIRD));
    expect(await runsKept(stores)).toEqual([THIRD, SECOND, FIRST]);
  });
});
