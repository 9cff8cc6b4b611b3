import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RunEvent } from '../../../../src/domain/events.ts';
import { emptyState } from '../../../../src/domain/state.ts';
import type { Fault } from '../../../../src/simulator/faults.ts';
import { openBlobStorage } from '../../../../src/state/blob/storage.ts';
import type { DeploymentStorage } from '../../../../src/state/ports.ts';
import { updateState } from '../../../../src/state/update-state.ts';
import { type BlobService, startBlobService } from '../../../helpers/blobs/blob-service.ts';

const RUN = 'default-01M8434Z00VB7SSV72CDKWWDXY';
const BUSY: Fault = { kind: 'status', status: 409, code: 'ContainerBeingDeleted' };
const GONE: Fault = { kind: 'status', status: 404, code: 'BlobNotFound' };

let service: BlobService;
let storage: DeploymentStorage;

beforeEach(async () => {
  service = await startBlobService();
  onTestFinished(() => service.close());
  storage = openBlobStorage(service);
});

function told(name: string): RunEvent {
  const at = '2026-01-01T00:00:00Z';
  return { id: name, at, environment: 'default', runId: RUN, type: 'log', level: 'info', message: name };
}

describe('a storage in conflict with something else', () => {
  it('is written to again', async () => {
    const { state, runs } = storage.environment('default');
    service.addFault({ match: { method: 'PUT' }, nth: 1, fault: BUSY });
    await updateState(state, (before) => ({ ...before, resource_group: 'rg' }));
    expect((await state.read()).value.resource_group).toBe('rg');
    service.addFault({ match: { method: 'APPEND' }, nth: 1, fault: BUSY });
    await runs.appendEvents(RUN, [told('a')]);
    expect((await runs.events(RUN)).events).toHaveLength(1);
  });

  it('that stays is away, and not mistaken for one that has the document already', async () => {
    // The pauses are our own; what is on the wire takes its own time.
    vi.useFakeTimers({ toFake: ['setTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 1000 });
    onTestFinished(() => void vi.useRealTimers());
    service.addFault({ match: { method: 'PUT' }, fault: BUSY });
    const call = { runId: RUN, requestDigest: 'd' };
    await expect(storage.keyedCall('default', 'key', call)).rejects.toMatchObject({ code: 'storage_unreachable' });
    service.clearFaults();
    expect(await storage.keyedCall('default', 'key', { ...call, requestDigest: 'other' })).toMatchObject({
      requestDigest: 'other',
    });
  });
});

describe('a storage that says once that something is not there', () => {
  it('is asked again for a state that it had', async () => {
    const { state } = storage.environment('default');
    await state.write({ ...emptyState('default'), resource_group: 'rg' }, null);
    await state.read();
    service.addFault({ match: { method: 'GET', path: '^azure-deployment-state.json$' }, nth: 1, fault: GONE });
    expect((await state.read()).value.resource_group).toBe('rg');
    expect(service.faultsMet()).toBe(1);
  });

  it('has its word taken when it says so twice', async () => {
    const { state } = storage.environment('default');
    await state.write({ ...emptyState('default'), resource_group: 'rg' }, null);
    await state.read();
    service.blobs.rollBack('azure-deployment-state.json', 0);
    expect(await state.read()).toMatchObject({ etag: null, value: { resource_group: null } });
  });
});

describe('a log of events that the storage has lost under whoever writes it', () => {
  const log = (): string => service.blobs.names().find((name) => name.includes('/events/')) ?? '';

  it.each([
    ['its end', 2, ['a', 'c', 'd']],
    ['all of it', 0, ['c', 'd']],
  ])('goes on with what is there: %s', async (_lost, versions, expected) => {
    const { runs } = storage.environment('default');
    for (const name of ['a', 'b']) await runs.appendEvents(RUN, [told(name)]);
    service.blobs.rollBack(log(), versions);
    for (const name of ['c', 'd']) await runs.appendEvents(RUN, [told(name)]);
    expect((await runs.events(RUN)).events.map(({ id }) => id)).toEqual(expected);
  });
});
