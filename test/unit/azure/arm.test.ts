import { describe, expect, it } from 'vitest';
import { createArm } from '../../../src/azure/arm.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import type { Arm } from '../../../src/azure/ports.ts';
import {
  answering,
  connectionOver,
  connectionReset,
  type RecordingTransport,
  respondingTo,
} from './recording-transport.ts';

const ID = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo/providers/Microsoft.X/things/a';
const armOver = (transport: RecordingTransport) => createArm(connectionOver(transport));

describe('a request to Resource Manager', () => {
  it('sends the body as it is, unknown members included', async () => {
    const transport = answering({ status: 200, body: { id: ID } });
    const body = { location: 'westeurope', zones: ['1'], properties: { deep: { x: null } } };
    const reply = await armOver(transport).put(ID, '2025-01-01', body);
    expect(reply).toMatchObject({ kind: 'done', status: 200, body: { id: ID } });
    expect(transport.requests[0]).toMatchObject({
      method: 'PUT',
      url: `https://management.azure.com${ID}?api-version=2025-01-01`,
      body,
      headers: { authorization: 'Bearer TOKEN' },
    });
  });

  it('carries a correlation id of its own, the same when it is repeated', async () => {
    const transport = answering(connectionReset(), { status: 200, body: {} });
    const arm = armOver(transport);
    await arm.get(ID, '1');
    await arm.get(ID, '1');
    const [first, again, second] = transport.requests.map(({ headers }) => headers['x-ms-correlation-request-id']);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(again).toBe(first);
    expect(second).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
  });

  it('that never got an answer names the correlation id it went out with', async () => {
    const transport = answering(connectionReset());
    const failure = await armOver(transport)
      .post(ID, '1')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'ConnectionFailed',
      correlationId: transport.requests[0]?.headers['x-ms-correlation-request-id'],
    });
  });

  it('answers undefined for 404, and an error for 403', async () => {
    const missing = { status: 404, body: { error: { code: 'ResourceNotFound', message: '' } } };
    expect(await armOver(answering(missing)).get(ID, '1')).toBeUndefined();
    const forbidden = { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no' } } };
    await expect(armOver(answering(forbidden)).get(ID, '1')).rejects.toMatchObject({ code: 'AuthorizationFailed' });
  });

  it('reads every page of a list, each at the address the page before gave', async () => {
    const next = `https://management.azure.com${ID}?api-version=1&$skiptoken=a%2Bb%20c`;
    const transport = answering(
      { status: 200, body: { value: [{ id: '1' }], nextLink: next } },
      { status: 200, body: { value: [{ id: '2' }] } },
    );
    const found = await armOver(transport).list(ID, '1', { $filter: "name eq 'a b'" });
    expect(found).toEqual([{ id: '1' }, { id: '2' }]);
    expect(new URL(transport.requests[0]?.url ?? '').searchParams.get('$filter')).toBe("name eq 'a b'");
    expect(transport.requests[1]?.url).toBe(next);
  });

  it('follows no list in a circle, nor for ever, nor to another host', async () => {
    const at = (page: number): string => `https://management.azure.com${ID}?page=${page}`;
    const self = answering({ status: 200, body: { value: [], nextLink: at(1) } });
    await expect(armOver(self).list(ID, '1')).rejects.toMatchObject({ code: 'EndlessList' });
    expect(self.requests.length).toBeLessThan(4);
    const long = respondingTo((_, index) => ({ status: 200, body: { value: [], nextLink: at(index) } }));
    await expect(armOver(long).list(ID, '1')).rejects.toMatchObject({ code: 'EndlessList' });
    expect(long.requests.length).toBeLessThan(1100);
    const foreign = answering({ status: 200, body: { value: [], nextLink: 'https://evil.example/x' } });
    await expect(armOver(foreign).list(ID, '1')).rejects.toMatchObject({ code: 'ForeignOperationUrl' });
    expect(foreign.requests).toHaveLength(1);
  });

  it.each([301, 302, 304, 307, 308])('takes a %i for no success, whatever it asked', async (status) => {
    const headers = { location: 'https://elsewhere.example/x?sig=1' };
    const wrong = { code: 'UnexpectedAnswer', message: expect.stringContaining('https://elsewhere.example,') };
    for (const ask of [
      (arm: Arm) => arm.get(ID, '1'),
      (arm: Arm) => arm.list(ID, '1'),
      (arm: Arm) => arm.put(ID, '1', {}),
      (arm: Arm) => arm.post(`${ID}/start`, '1'),
      (arm: Arm) => arm.delete(ID, '1'),
    ]) {
      const transport = answering({ status, headers });
      await expect(ask(armOver(transport))).rejects.toMatchObject(wrong);
      expect(transport.requests).toHaveLength(1);
    }
  });

  it('repeats a write that lost its connection, but never one that starts something', async () => {
    const writes = answering(connectionReset(), { status: 200, body: {} });
    await armOver(writes).put(ID, '1', {});
    expect(writes.requests).toHaveLength(2);
    const starts = answering(connectionReset(), { status: 200, body: {} });
    await expect(armOver(starts).post(`${ID}/start`, '1', {}, { repeatable: false })).rejects.toThrow(AzureError);
    expect(starts.requests).toHaveLength(1);
  });

  it('takes a POST for one that starts something, unless it is told otherwise', async () => {
    const unsaid = answering(connectionReset(), { status: 200, body: {} });
    await expect(armOver(unsaid).post(`${ID}/start`, '1', {})).rejects.toThrow(AzureError);
    expect(unsaid.requests).toHaveLength(1);
    const reads = answering(connectionReset(), { status: 200, body: {} });
    await armOver(reads).post(`${ID}/listKeys`, '1', {}, { repeatable: true });
    expect(reads.requests).toHaveLength(2);
  });

  it.each([429, 503])('leaves a long wait after a %i to the caller', async (status) => {
    const transport = answering({
      status,
      headers: { 'retry-after': '3600' },
      body: { error: { code: 'X', message: '' } },
    });
    const failure = await armOver(transport)
      .get(ID, '1')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ statusCode: status, retryAfterInSeconds: 3600 });
    expect(transport.requests).toHaveLength(1);
  });

  it.each(['{"id":"/subscr', '<html>Sign in to the proxy</html>'])(
    'takes an answer that cannot be read for a lost one: %s',
    async (body) => {
      await expect(armOver(answering({ status: 200, body })).get(ID, '1')).rejects.toMatchObject({
        code: 'ConnectionFailed',
      });
    },
  );

  it.each([500, 503])(
    'repeats after a hiccup of the service (%i), and gives up after three attempts',
    async (status) => {
      const passing = answering(
        { status, headers: { 'x-ms-retry-after-ms': '10' } },
        { status: 200, body: { id: ID } },
      );
      expect(await armOver(passing).get(ID, '1')).toEqual({ id: ID });
      const lasting = answering({ status });
      await expect(armOver(lasting).get(ID, '1')).rejects.toMatchObject({ statusCode: status });
      expect(lasting.requests).toHaveLength(3);
    },
  );

  it('keeps the details of a refused write', async () => {
    const body = {
      error: { code: 'BadRequest', message: 'x', details: [{ code: 'QuotaExceeded', message: 'no cores' }] },
    };
    await expect(armOver(answering({ status: 400, body })).put(ID, '1', {})).rejects.toMatchObject({
      code: 'QuotaExceeded',
      message: 'no cores',
    });
  });

  it('counts the deletion of what is not there as done', async () => {
    const transport = answering({ status: 404, body: { error: { code: 'ResourceNotFound', message: '' } } });
    expect(await armOver(transport).delete(ID, '1')).toMatchObject({ kind: 'done' });
  });
});
