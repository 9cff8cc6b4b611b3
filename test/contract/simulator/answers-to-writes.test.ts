import { describe, expect, it } from 'vitest';
import { EVERY_TYPE, everyType } from '../../helpers/cloud/every-type.ts';

/** What the clients of each type accept: 200 and a body for a PUT again, 202 for a PATCH only where they know it. */
describe('a write to what is there', () => {
  it.each([
    ['registry', '2025-11-01', 200],
    ['vault', '2026-02-01', 200],
    ['workspace', '2026-03-01', 200],
    ['server', '2025-08-01', 202],
    ['redis', '2025-07-01', 202],
    ['environment', '2026-01-01', 202],
    ['app', '2026-01-01', 202],
    ['job', '2026-01-01', 202],
  ])('of type %s is answered as its clients expect', async (name, version, patched) => {
    const clients = await everyType();
    const path = EVERY_TYPE[name] ?? '';
    const { body } = await clients.arm('GET', path, undefined, version);
    const put = await clients.arm('PUT', path, body, version);
    expect([put.status, put.body.id]).toEqual([200, body.id]);
    expect(put.headers['azure-asyncoperation']).toContain('https://management.azure.com/');
    await clients.finish(put);
    const patch = await clients.arm('PATCH', path, { tags: { a: 'b' } }, version);
    expect([patch.status, patch.text === '']).toEqual([patched, patched === 202]);
    await clients.finish(patch);
    expect((await clients.arm('GET', path, undefined, version)).body.tags).toEqual({ a: 'b' });
  });
});
