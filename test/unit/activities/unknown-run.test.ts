import { expect, it } from 'vitest';
import { closeRun } from '../../../src/activities/close-run.ts';
import { openRun } from '../../../src/activities/open-run.ts';
import { begunRun } from '../../helpers/begun-run.ts';

it('of a run that nobody asked for nothing is written, and there is nothing to close', async () => {
  const { services, stores } = await begunRun({});
  const input = { environment: 'default', runId: 'default-01M8434Z00VB7SSV72CDKWWDXZ' };
  expect(await openRun(services, [])(input)).toEqual({ kind: 'failed' });
  expect(await closeRun(services)({ ...input, outcome: 'failed' })).toEqual({ kind: 'unknown' });
  expect((await stores.runs.events(input.runId)).events).toEqual([]);
  expect(await stores.runs.memory(input.runId, 'run')).toEqual({});
});
