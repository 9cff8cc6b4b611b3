import { app, type InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import { loadFunctions } from '../../../src/runtime/worker.ts';
import { untilLeft, watchReaders } from '../../../src/triggers/readers.ts';
import { serve } from '../../helpers/http/served.ts';
import { until } from '../../helpers/wait.ts';

it('a stream whose reader goes away ends, and its invocation with it, although nothing more is to be said', async () => {
  const over: string[] = [];
  let invocations = 0;
  const silence = Promise.withResolvers<void>();

  async function* parts(): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.from('first');
      await silence.promise;
      yield Buffer.from('second');
    } finally {
      over.push('parts');
    }
  }

  async function* counted(invocationId: string): AsyncGenerator<Uint8Array> {
    try {
      yield* untilLeft(invocationId, parts());
    } finally {
      over.push('stream');
    }
  }

  watchReaders();
  const worker = await loadFunctions(() => {
    app.setup({ enableHttpStream: true });
    app.http('follow', {
      handler: async (_request, context: InvocationContext) => {
        invocations += 1;
        return { body: counted(context.invocationId) };
      },
    });
  });
  const { fetch } = await serve(worker);
  const reader = new AbortController();
  const response = await fetch('/api/follow', { signal: reader.signal });
  expect(Buffer.from((await response.body?.getReader().read())?.value ?? []).toString()).toBe('first');
  reader.abort();
  // What it waited for never came.
  await until(() => over.includes('stream'));
  expect(over).toEqual(['stream']);
  silence.resolve();
  await until(() => over.includes('parts'));
  expect(invocations).toBe(1);

  // Who stays reads to the end.
  expect(await (await fetch('/api/follow')).text()).toBe('firstsecond');
});
