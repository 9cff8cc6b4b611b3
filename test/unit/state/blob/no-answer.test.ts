import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTransport } from '../../../../src/outbound/transport.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { openContainer } from '../../../../src/state/blob/container.ts';
import { openEventLog } from '../../../../src/state/blob/event-log.ts';
import { answerJson, type ScriptedAnswer, scriptedServer } from '../../../helpers/http/scripted-server.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Lets the hours pass in which nobody answers; what is on the wire meanwhile takes its own time. */
async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  work.then(over, over);
  while (!isOver) {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(1000);
  }
  return await work;
}

async function containerAt(...answers: readonly ScriptedAnswer[]) {
  const server = await scriptedServer(...answers);
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=${server.url}/a;`;
  return {
    container: openContainer({ connectionString }, 'deployment-state', {
      clock: systemClock,
      transport: createTransport(),
    }),
    server,
  };
}

const never: ScriptedAnswer = () => undefined;
const half: ScriptedAnswer = (response) => {
  response.writeHead(200, { 'content-length': 10, etag: '"1"' });
  response.write('half');
};
const whole: ScriptedAnswer = (response) => {
  response.writeHead(200, { 'content-length': 5, etag: '"1"' }).end('whole');
};

describe('a storage that does not answer', () => {
  it.each<[string, (container: Awaited<ReturnType<typeof containerAt>>['container']) => Promise<unknown>]>([
    ['a read', (container) => container.read('a')],
    ['a write', (container) => container.write('a', '{}')],
    ['a list', (container) => container.level('a')],
    ['a look', (container) => container.exists('a')],
    ['a deletion', (container) => container.remove('a')],
  ])('is told of %s', async (_what, act) => {
    const { container, server } = await containerAt(never);
    await expect(inTime(act(container))).rejects.toMatchObject({
      code: 'storage_unreachable',
      message: expect.stringMatching(/cannot be reached: no answer from 127\.0\.0\.1:\d+ for 35 seconds/),
    });
    expect(server.requests.length).toBe(4);
  });

  it('is told where only half of what it holds arrives, of a document as of the events', async () => {
    const { container } = await containerAt(half);
    const broken = { code: 'storage_unreachable', message: expect.stringContaining('its answer ended half way') };
    await expect(inTime(container.read('a'))).rejects.toMatchObject(broken);
    await expect(inTime(openEventLog(container, 'events', 10).read('1-0'))).rejects.toMatchObject(broken);
  });

  it('is asked again: after no answer, and after half of one', async () => {
    const { container } = await containerAt(never, whole);
    expect((await inTime(container.read('a')))?.text).toBe('whole');
    const { container: other } = await containerAt(half, whole);
    expect((await inTime(other.read('a')))?.text).toBe('whole');
  });
});

it('a storage that answers at once is not kept waiting by limits', async () => {
  const { container } = await containerAt(answerJson(200, {}));
  expect(await inTime(container.exists('a'))).toBe(true);
});
