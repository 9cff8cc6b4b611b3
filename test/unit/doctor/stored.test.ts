import { describe, expect, it } from 'vitest';
import { examineState } from '../../../src/doctor/stored.ts';
import type { EnvironmentState, Lock } from '../../../src/domain/state.ts';
import { UserError } from '../../../src/shared/errors.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const NOW = new Date('2026-01-01T12:00:00.000Z');
const LOCK: Lock = {
  runId: 'default-01JD0000000000000000000000',
  holder: 'somebody@somewhere',
  engine: 'local:here',
  acquiredAt: '2026-01-01T11:00:00.000Z',
  step: null,
  fence: 1,
  wakeBy: '2026-01-01T13:00:00.000Z',
};

async function lockLine(
  change: Partial<EnvironmentState>,
  isParked: () => Promise<boolean> = async () => false,
): Promise<object | undefined> {
  const clock = { now: () => NOW };
  const { state } = fileStorage(await tempDirectory(), clock).environment('default');
  await updateState(state, (current) => ({ ...current, ...change }));
  const { lines } = await examineState(state, isParked);
  return lines.find(({ check }) => check === 'lock');
}

describe('the lock', () => {
  it('is free, of a run that is gone, or of one that stopped here', async () => {
    expect(await lockLine({})).toEqual({ check: 'lock', status: 'ok', text: 'free' });
    const late = { ...LOCK, wakeBy: '2026-01-01T11:59:59.000Z' };
    expect(await lockLine({ lock: late })).toMatchObject({ status: 'ok', text: expect.stringContaining('is gone') });
    expect(await lockLine({ lock: LOCK }, async () => true)).toMatchObject({
      status: 'ok',
      text: expect.stringContaining('goes on with it'),
    });
  });

  it('is held by somebody else, or by a process of this machine', async () => {
    expect(await lockLine({ lock: LOCK })).toMatchObject({ status: 'failed', code: 'state_locked' });
    const alive = async (): Promise<boolean> => {
      throw new UserError('under way here', { code: 'state_locked', hint: 'Wait.' });
    };
    expect(await lockLine({ lock: LOCK }, alive)).toEqual({
      check: 'lock',
      status: 'failed',
      text: 'under way here',
      repair: 'Wait.',
      code: 'state_locked',
    });
  });

  it('is for the run that waits first', async () => {
    const waiter = { runId: 'default-01JD0000000000000000000001', trigger: 'http', since: LOCK.acquiredAt };
    const line = await lockLine({ queue: [{ ...waiter, wakeBy: LOCK.wakeBy }] });
    expect(line).toMatchObject({ status: 'unknown', text: expect.stringContaining(waiter.runId) });
    expect(await lockLine({ queue: [{ ...waiter, wakeBy: LOCK.acquiredAt }] })).toMatchObject({ text: 'free' });
  });
});
