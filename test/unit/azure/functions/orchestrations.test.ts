import { describe, expect, it } from 'vitest';
import type { ArmAnswer, SendArm } from '../../../../src/azure/arm-request.ts';
import { createOrchestrations } from '../../../../src/azure/functions/orchestrations.ts';

const SITE = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/shop';

/** A host that answers these pages, in their order. */
function telling(...pages: readonly (Pick<ArmAnswer, 'body'> & { readonly next?: string })[]) {
  const asked: Parameters<SendArm>[] = [];
  const left = [...pages];
  const send: SendArm = async (...request) => {
    asked.push(request);
    const { body = [], next } = left.shift() ?? {};
    const headers: Record<string, string> = next === undefined ? {} : { 'x-ms-continuation-token': next };
    return { status: 200, headers, body };
  };
  return { underWay: () => createOrchestrations(send, SITE).underWay(), asked };
}

describe('the orchestrations of an app that are under way', () => {
  it('are those of the first page that has any, since a page may be empty', async () => {
    const { underWay, asked } = telling({ body: [], next: 'two' }, { body: [{ instanceId: 'shop/1' }], next: 'three' });
    expect(await underWay()).toEqual(['shop/1']);
    expect(asked.map(([method, path, { headers }]) => [method, path, headers])).toEqual([
      ['GET', `${SITE}/hostruntime/runtime/webhooks/durabletask/instances`, undefined],
      ['GET', `${SITE}/hostruntime/runtime/webhooks/durabletask/instances`, { 'x-ms-continuation-token': 'two' }],
    ]);
  });

  it('are none after the last page, and unknown where the answer is no list', async () => {
    expect(await telling({ body: [], next: 'two' }, { body: [] }).underWay()).toEqual([]);
    await expect(telling({ body: { error: 'no' } }).underWay()).rejects.toMatchObject({ code: 'UnexpectedAnswer' });
  });
});
