import { describe, expect, it } from 'vitest';
import { createArm } from '../../../src/azure/arm.ts';
import type { ArmOperation, ArmReply } from '../../../src/azure/ports.ts';
import { type Answer, answering, connectionOver, type RecordingTransport } from './recording-transport.ts';

const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001';
const ID = `${SUBSCRIPTION}/resourceGroups/rg-demo/providers/Microsoft.App/containerApps/a`;
/** As recorded, with a signature that must come back to the letter. */
const STATUS = `https://management.azure.com${SUBSCRIPTION}/providers/Microsoft.App/locations/eastus2/containerappOperationStatuses/d60d?api-version=2025-01-01&azureAsyncOperation=true&t=638&c=MII%2BCERT%2F&s=a%20b+c&h=HA~SH`;
const LOCATION = STATUS.replace('Statuses', 'Results');
const succeeded = { status: 200, body: { id: ID, properties: { provisioningState: 'Succeeded' } } };
const armOver = (transport: RecordingTransport) => createArm(connectionOver(transport));

function started(reply: ArmReply): ArmOperation {
  if (reply.kind !== 'started') throw new Error(`the write was over at once: ${JSON.stringify(reply)}`);
  return reply.operation;
}

function operation(changes: Partial<ArmOperation> = {}): ArmOperation {
  return {
    method: 'PUT',
    path: ID,
    apiVersion: '2026-01-01',
    mode: 'status',
    url: STATUS,
    startedAt: '2026-04-09T19:26:59.000Z',
    ...changes,
  };
}

const poll = (changes: Partial<ArmOperation>, ...answers: readonly Answer[]) => {
  const transport = answering(...answers);
  return { transport, progress: armOver(transport).poll(operation(changes)) };
};

describe('a write that takes longer', () => {
  it.each([
    [
      'Azure-AsyncOperation before Location',
      202,
      { 'azure-asyncoperation': STATUS, location: LOCATION },
      'status',
      STATUS,
    ],
    ['Azure-AsyncOperation also with 201', 201, { 'azure-asyncoperation': STATUS }, 'status', STATUS],
    ['Operation-Location', 202, { 'operation-location': STATUS }, 'status', STATUS],
    ['Location with 202', 202, { location: LOCATION }, 'location', LOCATION],
  ])('is followed by %s', async (_, status, headers, mode, url) => {
    const reply = await armOver(answering({ status, headers })).put(ID, '2026-01-01', {});
    expect(started(reply)).toMatchObject({ method: 'PUT', path: ID, apiVersion: '2026-01-01', mode, url });
  });

  it('is followed by the state of the resource when there is no address', async () => {
    const body = { id: ID, properties: { provisioningState: 'Creating' } };
    expect(started(await armOver(answering({ status: 201, body })).put(ID, '1', {}))).toMatchObject({
      mode: 'resource',
    });
  });

  it('is followed by the state of the resource when a 202 says nothing at all', async () => {
    expect(started(await armOver(answering({ status: 202 })).patch(ID, '1', {}))).toMatchObject({ mode: 'resource' });
  });

  it('is plain JSON, so that another process can go on with it', async () => {
    const headers = { 'azure-asyncoperation': STATUS, 'x-ms-correlation-request-id': 'c-1' };
    const recorded = started(await armOver(answering({ status: 202, headers })).put(ID, '2026-01-01', {}));
    expect(recorded.correlationId).toBe('c-1');
    const revived = JSON.parse(JSON.stringify(recorded)) as ArmOperation;
    const transport = answering({ status: 200, body: { status: 'Succeeded' } }, succeeded);
    expect(await armOver(transport).poll(revived)).toEqual({ kind: 'succeeded', body: succeeded.body });
  });

  it('keeps the address of a result for a POST, where the answer will stand', async () => {
    const headers = { 'azure-asyncoperation': STATUS, location: LOCATION };
    const recorded = started(await armOver(answering({ status: 202, headers })).post(`${ID}/start`, '1'));
    const transport = answering({ status: 200, body: { name: 'execution-1' } });
    expect(await armOver(transport).poll(recorded)).toEqual({ kind: 'succeeded', body: { name: 'execution-1' } });
    expect(transport.requests[0]?.url).toBe(LOCATION);
  });

  it('asks to be looked at when the answer says, fractions kept', async () => {
    const headers = { 'azure-asyncoperation': STATUS, 'x-ms-retry-after-ms': '125', 'retry-after': '15' };
    expect(await armOver(answering({ status: 202, headers })).put(ID, '1', {})).toMatchObject({
      retryAfterInSeconds: 0.125,
    });
  });

  it('is looked at soon while it is young, and every ten seconds later, when no answer says', async () => {
    const young = await armOver(answering({ status: 202, headers: { location: LOCATION } })).put(ID, '1', {});
    expect(young).toMatchObject({ kind: 'started', retryAfterInSeconds: 2 });
    const { progress } = poll(
      { startedAt: '2020-01-01T00:00:00.000Z' },
      { status: 200, body: { status: 'InProgress' } },
    );
    expect(await progress).toEqual({ kind: 'running', retryAfterInSeconds: 10, isUsual: true });
  });
});

describe('a poll', () => {
  it('asks the recorded address to the letter, then reads the resource with its own version', async () => {
    const { transport, progress } = poll({}, { status: 200, body: { status: 'Succeeded' } }, succeeded);
    expect(await progress).toEqual({ kind: 'succeeded', body: succeeded.body });
    expect(transport.requests.map(({ url }) => url)).toEqual([
      STATUS,
      `https://management.azure.com${ID}?api-version=2026-01-01`,
    ]);
  });

  it.each([['InProgress'], ['Accepted'], ['Running']])('is running while the status is %s', async (status) => {
    expect(await poll({}, { status: 200, headers: { 'retry-after': '4' }, body: { status } }).progress).toEqual({
      kind: 'running',
      retryAfterInSeconds: 4,
    });
  });

  it('throws the nested reason of an operation that failed at HTTP 200', async () => {
    const error = { code: 'OperationFailed', message: 'x', details: [{ code: 'SkuNotAvailable', message: 'no B1ms' }] };
    const { progress } = poll({ correlationId: 'c-7' }, { status: 200, body: { status: 'Failed', error } });
    await expect(progress).rejects.toMatchObject({
      code: 'SkuNotAvailable',
      message: 'no B1ms',
      statusCode: undefined,
      correlationId: 'c-7',
    });
  });

  it.each([['Canceled'], ['Failed']])('throws for %s without any reason', async (status) => {
    await expect(poll({}, { status: 200, body: { status } }).progress).rejects.toMatchObject({
      code: `Operation${status}`,
    });
  });

  it('by location is running at 202 and over at 200', async () => {
    const { progress } = poll({ mode: 'location', url: LOCATION }, { status: 202 });
    expect(await progress).toMatchObject({ kind: 'running' });
    const over = poll({ mode: 'location', url: LOCATION, method: 'DELETE' }, { status: 200 });
    expect(await over.progress).toMatchObject({ kind: 'succeeded' });
  });

  it('by location has failed where 200 says so', async () => {
    const error = { code: 'NetworkAclsValidationFailure', message: 'no endpoint' };
    const { progress } = poll({ mode: 'location', url: LOCATION }, { status: 200, body: { status: 'Failed', error } });
    await expect(progress).rejects.toMatchObject({
      code: 'NetworkAclsValidationFailure',
      message: expect.stringContaining('no endpoint'),
    });
  });

  it.each([
    ['Updating', { kind: 'running' }],
    ['Succeeded', { kind: 'succeeded' }],
  ])('by the resource reads %s', async (provisioningState, expected) => {
    const answer = { status: 200, body: { id: ID, properties: { provisioningState } } };
    expect(await poll({ mode: 'resource', url: ID }, answer).progress).toMatchObject(expected);
  });

  it.each([['Failed'], ['Canceled'], ['UpgradeFailed']])('by the resource throws for %s', async (provisioningState) => {
    const answer = { status: 200, body: { id: ID, properties: { provisioningState } } };
    await expect(poll({ mode: 'resource', url: ID }, answer).progress).rejects.toMatchObject({ name: 'AzureError' });
  });

  it('of an operation that Azure forgot falls back on the resource', async () => {
    const gone = { status: 404, body: { error: { code: 'NotFound', message: '' } } };
    expect(await poll({}, gone, succeeded).progress).toEqual({ kind: 'succeeded', body: succeeded.body });
    const busy = { status: 200, body: { id: ID, properties: { provisioningState: 'InProgress' } } };
    expect(await poll({}, gone, busy).progress).toMatchObject({ kind: 'running' });
  });

  it('of a forgotten deletion is over only when the resource is gone', async () => {
    const gone = { status: 404, body: { error: { code: 'NotFound', message: '' } } };
    expect(await poll({ method: 'DELETE' }, gone, gone).progress).toMatchObject({ kind: 'succeeded' });
    await expect(poll({ method: 'DELETE' }, gone, succeeded).progress).rejects.toMatchObject({
      code: 'OperationVanished',
    });
  });

  it('of a forgotten start cannot know, and says so', async () => {
    const gone = { status: 404, body: { error: { code: 'NotFound', message: '' } } };
    await expect(poll({ method: 'POST' }, gone).progress).rejects.toMatchObject({ code: 'OperationVanished' });
  });

  it('waits for a new resource that another replica of the service does not know yet', async () => {
    const unknown = { status: 404, body: { error: { code: 'ResourceNotFound', message: '' } } };
    expect(await poll({}, { status: 200, body: { status: 'Succeeded' } }, unknown).progress).toMatchObject({
      kind: 'running',
    });
  });

  it.each([
    'https://evil.example/subscriptions/x',
    'https://management.azure.com.evil.example/x',
    'http://management.azure.com/subscriptions/x',
  ])('never takes our token to %s', async (url) => {
    const { transport, progress } = poll({ url }, { status: 200, body: { status: 'Succeeded' } });
    await expect(progress).rejects.toMatchObject({ name: 'AzureError', code: 'ForeignOperationUrl' });
    expect(transport.requests).toHaveLength(0);
  });
});
