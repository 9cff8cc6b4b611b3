import { describe, expect, it } from 'vitest';
import { requireSupported } from '../../../src/runtime/bindings.ts';
import type { FunctionBinding, FunctionMetadata } from '../../../src/runtime/core-api.ts';

function metadata(bindings: Record<string, FunctionBinding>, retryOptions?: object): FunctionMetadata {
  return { name: 'mine', bindings, ...(retryOptions && { retryOptions }) };
}

const http: FunctionBinding = { type: 'httpTrigger', direction: 'in' };
const client: FunctionBinding = { type: 'durableClient', direction: 'in' };

describe('the bindings of a function', () => {
  it.each([
    ['an HTTP trigger with its response', metadata({ http, $return: { type: 'http', direction: 'out' } })],
    ['a durable client', metadata({ http, client, $return: { type: 'http', direction: 'out' } })],
    ['a blob trigger', metadata({ blob: { type: 'blobTrigger' }, client })],
    ['a timer', metadata({ timer: { type: 'timerTrigger' } })],
    ['an activity', metadata({ activity: { type: 'activityTrigger' } })],
  ])('may be %s', (_title, good) => {
    expect(() => requireSupported(good)).not.toThrow();
  });

  it.each([
    ['queueTrigger', metadata({ queue: { type: 'queueTrigger' } })],
    ['entityTrigger', metadata({ entity: { type: 'entityTrigger' } })],
    ['(none)', metadata({ client })],
    ['blob', metadata({ http, input: { type: 'blob', direction: 'in' } })],
    ['queue', metadata({ http, output: { type: 'queue', direction: 'out' } })],
    ['durableClient', metadata({ activity: { type: 'activityTrigger' }, client })],
    ['http', metadata({ timer: { type: 'timerTrigger' }, $return: { type: 'http', direction: 'out' } })],
    ['a retry policy', metadata({ http }, { maxRetryCount: 3 })],
  ])('are refused with the names of the function and of %s', (what, bad) => {
    expect(() => requireSupported(bad)).toThrow(what);
    expect(() => requireSupported(bad)).toThrow('mine');
  });
});
