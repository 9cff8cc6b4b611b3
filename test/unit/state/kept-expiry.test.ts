import { describe, expect, it } from 'vitest';
import { marked } from '../../../src/domain/expiry/expiry.ts';
import { emptyState } from '../../../src/domain/state.ts';
import { resetState } from '../../../src/state/reset.ts';
import { restoreState } from '../../../src/state/restore.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { manualClock } from '../../helpers/simulated-clock.ts';
import { tempDirectory } from '../../helpers/temp.ts';

async function marking() {
  const clock = manualClock();
  const { state } = fileStorage(await tempDirectory(), clock).environment('pr-7');
  const give = (expires: string) =>
    updateState(state, (current) => marked(current, { expires, from: 'staging', by: 'ann' }, clock.now()));
  const end = async () => (await state.read()).value.expires?.at;
  return { state, give, end };
}

const RUN = 'pr-7-01M8434Z00VB7SSV72CDKWWDXY';

describe('when an environment ends', () => {
  it('is not forgotten with what was deployed', async () => {
    const { state, give, end } = await marking();
    const { expires } = await give('6h');
    await resetState(state);
    expect([await end(), (await state.read()).value.from]).toEqual([expires?.at, 'staging']);
  });

  it.each(['12h', 'never'])('is what was said last, not what a restored state says: %s', async (last) => {
    const { state, give, end } = await marking();
    const kept = await give('6h');
    const { expires } = await give(last);
    await restoreState(state, { runId: RUN, at: '', configDigest: '', images: {}, state: kept });
    expect(await end()).toBe(expires?.at);
  });

  it('is none where nobody can tell what was said last', async () => {
    const { state, give, end } = await marking();
    const kept = { ...(await give('6h')) };
    await state.replace(() => emptyState('pr-7'));
    await restoreState(state, { runId: RUN, at: '', configDigest: '', images: {}, state: kept });
    expect(await end()).toBeUndefined();
  });
});
